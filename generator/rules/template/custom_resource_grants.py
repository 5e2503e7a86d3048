"""W9026: a custom resource whose function may run before it may do its work."""

from __future__ import annotations

from collections.abc import Iterator

from generator.rules._document import Document, Problem
from generator.rules._rule import Rule
from generator.rules.template._grants import function_of_caller, role_of, separate_policies


class CustomResourceGrants(Rule):
    """A custom resource calls its function at once."""

    id = "W9026"
    shortdesc = "Custom resource that does not wait for its function's policy"
    description = "The function runs without its rights, fails, and the deployment rolls back, now and then."
    source_url = (
        "https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-custom-resources.html"
    )
    tags = ("resources", "lambda", "dependencies")
    items = ("S2.2",)

    def check(self, document: Document) -> Iterator[Problem]:
        """Every such place."""
        for resource in document.resources():
            if not resource.type.startswith(("Custom::", "AWS::CloudFormation::CustomResource")):
                continue
            function = function_of_caller(document, resource.properties.raw("ServiceToken").value)
            role = role_of(function) if function else None
            policies = [one.id for one in separate_policies(document, role)] if role else []
            if policies and not set(policies) & document.reaches(resource.id):
                yield resource.raw("DependsOn").problem(f"add DependsOn: {policies[0]} to {resource.id}")
