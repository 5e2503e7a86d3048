"""I9434: a second way to an API that has a domain."""

from __future__ import annotations

from collections.abc import Iterator

from generator.rules._document import Document, Problem
from generator.rules._links import meant
from generator.rules._rule import Rule
from generator.rules._values import truth


class ExecuteEndpoint(Rule):
    """The domain's TLS policy, WAF and logs hold for the domain alone."""

    id = "I9434"
    shortdesc = "API with a domain that still answers at execute-api"
    description = "Callers can go round what the custom domain enforces by calling the default endpoint."
    source_url = (
        "https://docs.aws.amazon.com/apigateway/latest/developerguide/rest-api-disable-default-endpoint.html"
    )
    tags = ("resources", "apigateway", "security")

    def check(self, document: Document) -> Iterator[Problem]:
        """Every such place."""
        for mapping in document.resources(
            "AWS::ApiGateway::BasePathMapping", "AWS::ApiGatewayV2::ApiMapping"
        ):
            step = "RestApiId" if mapping.type == "AWS::ApiGateway::BasePathMapping" else "ApiId"
            api = meant(mapping.properties.raw(step), "AWS::ApiGateway::RestApi", "AWS::ApiGatewayV2::Api")
            if api is not None:
                place = api.properties.wrong(
                    "DisableExecuteApiEndpoint", unless=lambda value: truth(value) is True
                )
                if place:
                    yield place.problem("set DisableExecuteApiEndpoint to true")
