"""E9441: a response header that the method does not declare."""

from __future__ import annotations

from collections.abc import Iterator

from generator.rules._document import Document, Problem
from generator.rules._rule import Rule


class ResponseHeader(Rule):
    """An integration response maps to what its method response declares."""

    id = "E9441"
    shortdesc = "Integration response with an undeclared header or status"
    description = "API Gateway refuses a mapping to a header or status that MethodResponses does not declare."
    source_url = (
        "https://docs.aws.amazon.com/apigateway/latest/developerguide/request-response-data-mappings.html"
    )
    tags = ("resources", "apigateway")
    items = ("S0.2",)

    def check(self, document: Document) -> Iterator[Problem]:
        """Every such place."""
        for method in document.resources("AWS::ApiGateway::Method"):
            declared = {
                str(one.one("StatusCode").value): one for one in method.properties.each("MethodResponses")
            }
            if any(not one.known for one in method.properties.outcomes("MethodResponses")):
                continue
            for response in method.properties.each("Integration", "IntegrationResponses"):
                known = declared.get(str(response.one("StatusCode").value))
                names = [name for name, _ in known.members("ResponseParameters")] if known else []
                for name, place in response.members("ResponseParameters"):
                    if known and name not in names:
                        yield place.problem(f"add {name}: true to ResponseParameters of the MethodResponse")
