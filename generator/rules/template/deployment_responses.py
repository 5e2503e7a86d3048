"""W9029: a deployment that may be made before its gateway responses."""

from __future__ import annotations

from collections.abc import Iterator

from generator.rules._document import Document, Problem
from generator.rules._links import meant
from generator.rules._rule import Rule


class DeploymentResponses(Rule):
    """A deployment is a snapshot of what exists."""

    id = "W9029"
    shortdesc = "API deployment that does not wait for gateway responses"
    description = (
        "Responses that are made after the deployment are not served, and errors have no CORS headers."
    )
    source_url = "https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-gatewayResponse-definition.html"
    tags = ("resources", "apigateway", "dependencies")
    items = ("S2.2",)

    def check(self, document: Document) -> Iterator[Problem]:
        """Every such place."""
        for deployment in document.resources("AWS::ApiGateway::Deployment"):
            api = meant(deployment.properties.raw("RestApiId"), "AWS::ApiGateway::RestApi")
            for response in document.resources("AWS::ApiGateway::GatewayResponse") if api else ():
                same = meant(response.properties.raw("RestApiId"), "AWS::ApiGateway::RestApi")
                if same == api and response.id not in document.reaches(deployment.id):
                    yield deployment.raw("DependsOn").problem(
                        f"add {response.id} to DependsOn of {deployment.id}"
                    )
                    break
