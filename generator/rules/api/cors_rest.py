"""E9401: a REST API that any website may read."""

from __future__ import annotations

from collections.abc import Iterator

from generator.rules._document import Document, Problem
from generator.rules._rule import Rule
from generator.rules.api._origins import everybody, origins


class CorsRest(Rule):
    """The browser's protection of an API's callers, switched off."""

    id = "E9401"
    shortdesc = "REST API that lets every origin read its responses"
    description = (
        "With Access-Control-Allow-Origin * any website that a user visits can use the API from the "
        "user's browser."
    )
    source_url = "https://docs.aws.amazon.com/apigateway/latest/developerguide/how-to-cors.html"
    tags = ("resources", "apigateway", "cors", "security")
    items = ("S0.2", "S1.12", "S2.9")

    def check(self, document: Document) -> Iterator[Problem]:
        """Every such place."""
        for origin in origins(document, "rest"):
            if all_of_them := everybody(origin):
                yield origin.node.problem(
                    f"write the origin, such as 'https://example.com', instead of {all_of_them}"
                )
