"""E9403: a function URL that any website may read."""

from __future__ import annotations

from collections.abc import Iterator

from generator.rules._document import Document, Problem
from generator.rules._rule import Rule
from generator.rules.api._origins import everybody, origins


class CorsUrl(Rule):
    """The browser's protection of a function's callers, switched off."""

    id = "E9403"
    shortdesc = "Function URL that lets every origin read its responses"
    description = (
        "With the origin * any website that a user visits can call the function from the user's browser."
    )
    source_url = "https://docs.aws.amazon.com/lambda/latest/dg/urls-configuration.html"
    tags = ("resources", "lambda", "cors", "security")
    items = ("S0.2", "S1.12")

    def check(self, document: Document) -> Iterator[Problem]:
        """Every such place."""
        for origin in origins(document, "url"):
            if all_of_them := everybody(origin):
                yield origin.node.problem(
                    f"write the origins, such as https://example.com, instead of {all_of_them}"
                )
