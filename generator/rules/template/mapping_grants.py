"""W9023: an event source mapping that may be made before its function may read the source."""

from __future__ import annotations

from collections.abc import Iterator

from generator.rules._document import Document, Problem
from generator.rules._rule import Rule
from generator.rules.template._grants import function_of_caller, grants, role_of, separate_policies

READS = ("sqs:ReceiveMessage", "dynamodb:GetRecords", "kinesis:GetRecords", "kinesis:SubscribeToShard")


class MappingGrants(Rule):
    """Lambda checks the role's rights when the mapping is made."""

    id = "W9023"
    shortdesc = "Event source mapping that does not wait for the role's policy"
    description = (
        "Lambda refuses the mapping when the role cannot read the source yet, and the deployment fails."
    )
    source_url = "https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventsourcemapping.html"
    tags = ("resources", "lambda", "dependencies")
    items = ("S2.2",)

    def check(self, document: Document) -> Iterator[Problem]:
        """Every such place."""
        for mapping in document.resources("AWS::Lambda::EventSourceMapping"):
            function = function_of_caller(document, mapping.properties.raw("FunctionName").value)
            role = role_of(function) if function else None
            if role is None or grants(document, role, READS):
                continue
            policies = [one.id for one in separate_policies(document, role) if grants(document, one, READS)]
            if policies and not set(policies) & document.reaches(mapping.id):
                yield mapping.raw("DependsOn").problem(f"add DependsOn: {policies[0]} to {mapping.id}")
