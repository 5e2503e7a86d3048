"""E9020: a deployment that may be made before its methods."""

from __future__ import annotations

from collections.abc import Iterator

from generator.rules._document import Document, Problem
from generator.rules._links import meant
from generator.rules._rule import Rule
from generator.rules.api._stages import methods_of


class DeploymentMethods(Rule):
    """A deployment is a snapshot of what exists."""

    id = "E9020"
    shortdesc = "API deployment that does not wait for its methods"
    description = (
        "CloudFormation may create the deployment first: it fails for want of methods, or serves only some."
    )
    source_url = "https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-apigateway-deployment.html"
    tags = ("resources", "apigateway", "dependencies")
    items = ("S2.2",)

    def check(self, document: Document) -> Iterator[Problem]:
        """Every such place."""
        for deployment in document.resources("AWS::ApiGateway::Deployment"):
            api = meant(deployment.properties.raw("RestApiId"), "AWS::ApiGateway::RestApi")
            if api is None:
                continue
            missing = [
                one.id for one in methods_of(document, api) if one.id not in document.reaches(deployment.id)
            ]
            if missing:
                place = deployment.raw("DependsOn")
                yield place.problem(f"add {', '.join(missing[:5])} to DependsOn of {deployment.id}")
