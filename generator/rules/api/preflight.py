"""E9440: a preflight that asks for credentials."""

from __future__ import annotations

from collections.abc import Iterator

from generator.rules._document import Document, Problem
from generator.rules._rule import Rule
from generator.rules._values import ABSENT, truth
from generator.rules.api._methods import is_preflight


class Preflight(Rule):
    """Browsers send OPTIONS without credentials, and stop where it fails."""

    id = "E9440"
    shortdesc = "OPTIONS method with authorization"
    description = "A browser's preflight carries no credentials: it is refused, and no page can use the API."
    source_url = "https://docs.aws.amazon.com/apigateway/latest/developerguide/how-to-cors.html"
    tags = ("resources", "apigateway", "cors")
    items = ("S0.2",)

    def check(self, document: Document) -> Iterator[Problem]:
        """Every such place."""
        for method in document.resources("AWS::ApiGateway::Method"):
            if is_preflight(method):
                place = method.properties.wrong(
                    "AuthorizationType", unless=lambda value: value in ("NONE", ABSENT)
                )
                key = method.properties.wrong("ApiKeyRequired", unless=lambda value: truth(value) is not True)
                if place:
                    yield place.problem("set AuthorizationType to NONE for OPTIONS")
                if key:
                    yield key.problem("set ApiKeyRequired to false for OPTIONS")
