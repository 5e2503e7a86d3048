"""W9430: a method that nobody can have a key for."""

from __future__ import annotations

from collections.abc import Iterator

from generator.rules._document import Document, Problem
from generator.rules._rule import Rule
from generator.rules._values import truth


class ApiKeyPlan(Rule):
    """A key opens what its usage plan names."""

    id = "W9430"
    shortdesc = "Method that needs an API key, and no usage plan"
    description = "Keys work through usage plans: without one for the stage every call is refused with 403."
    source_url = (
        "https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-api-usage-plans.html"
    )
    tags = ("resources", "apigateway")

    def check(self, document: Document) -> Iterator[Problem]:
        """Every such place."""
        if next(document.resources("AWS::ApiGateway::UsagePlan"), None) is None:
            for method in document.resources("AWS::ApiGateway::Method"):
                for place in method.properties.some(
                    "ApiKeyRequired", that=lambda value: truth(value) is True
                ):
                    yield place.problem("add an AWS::ApiGateway::UsagePlan with the stage, and a key for it")
