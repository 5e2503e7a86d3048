"""W9428: a method that takes any body."""

from __future__ import annotations

from collections.abc import Iterator

from generator.rules._document import Document, Problem
from generator.rules._rule import Rule
from generator.rules._values import ABSENT
from generator.rules.api._methods import is_mock


class MethodValidator(Rule):
    """API Gateway refuses wrong requests before anything is paid for."""

    id = "W9428"
    shortdesc = "Method with a body and without a validator"
    description = "Wrong requests reach the function, which has to be right about each of them."
    source_url = "https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-method-request-validation.html"
    tags = ("resources", "apigateway", "validation")
    items = ("S0.5",)

    def check(self, document: Document) -> Iterator[Problem]:
        """Every such place."""
        for method in document.resources("AWS::ApiGateway::Method"):
            writes = method.properties.one("HttpMethod").value in ("PATCH", "POST", "PUT")
            place = method.properties.wrong("RequestValidatorId", unless=lambda value: value is not ABSENT)
            if writes and place and not is_mock(method):
                yield place.problem("set RequestValidatorId and RequestModels")
