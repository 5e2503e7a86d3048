"""W9432: a body that is validated against nothing."""

from __future__ import annotations

from collections.abc import Iterator

from generator.rules._document import Document, Problem
from generator.rules._links import meant
from generator.rules._rule import Rule
from generator.rules._values import ABSENT, truth


class ValidatorModel(Rule):
    """Without a model every body is right."""

    id = "W9432"
    shortdesc = "Validated method without a model"
    description = (
        "The validator checks bodies against the model of their content type; without one it lets all pass."
    )
    source_url = "https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-method-request-validation.html"
    tags = ("resources", "apigateway", "validation")
    items = ("S0.5",)

    def check(self, document: Document) -> Iterator[Problem]:
        """Every such place."""
        for method in document.resources("AWS::ApiGateway::Method"):
            validator = meant(
                method.properties.raw("RequestValidatorId"), "AWS::ApiGateway::RequestValidator"
            )
            if validator is None or method.properties.one("HttpMethod").value not in ("PATCH", "POST", "PUT"):
                continue
            if truth(validator.properties.one("ValidateRequestBody").value) is True:
                place = method.properties.wrong(
                    "RequestModels", unless=lambda value: value not in (ABSENT, {})
                )
                if place:
                    yield place.problem("set RequestModels: {application/json: the model}")
