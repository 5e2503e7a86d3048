"""E9429: a validator that validates nothing."""

from __future__ import annotations

from collections.abc import Iterator

from generator.rules._document import Document, Problem
from generator.rules._rule import Rule
from generator.rules._values import truth


class ValidatorOff(Rule):
    """Both switches are off unless set."""

    id = "E9429"
    shortdesc = "Request validator that validates nothing"
    description = "Methods that name the validator look protected and are not."
    source_url = "https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-request-validation-set-up.html"
    tags = ("resources", "apigateway", "validation")
    items = ("S0.5",)

    def check(self, document: Document) -> Iterator[Problem]:
        """Every such place."""
        for validator in document.resources("AWS::ApiGateway::RequestValidator"):
            names = ("ValidateRequestBody", "ValidateRequestParameters")
            places = [
                validator.properties.wrong(one, unless=lambda value: truth(value) is True) for one in names
            ]
            if places[0] and places[1]:
                yield places[0].problem("set ValidateRequestBody and ValidateRequestParameters to true")
