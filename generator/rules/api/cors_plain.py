"""W9409: an origin without TLS."""

from __future__ import annotations

import re
from collections.abc import Iterator

from generator.rules._document import Document, Problem
from generator.rules._rule import Rule
from generator.rules._values import HOLE
from generator.rules.api._origins import origins

PLAIN = re.compile(r"http://(\[::1\]|[^/:]+)", re.IGNORECASE)
LOCAL = frozenset({"localhost", "127.0.0.1", "[::1]", "*"})


class CorsPlain(Rule):
    """Who can change a page on its way can use what the page may use."""

    id = "W9409"
    shortdesc = "Allowed origin without TLS"
    description = (
        "A page that came over http can be changed by the network, and then calls the API in the user's name."
    )
    source_url = "https://docs.aws.amazon.com/apigateway/latest/developerguide/how-to-cors.html"
    tags = ("resources", "cors", "security")
    items = ("S1.12",)

    def check(self, document: Document) -> Iterator[Problem]:
        """Every such place."""
        production = document.gen.get("Production") is True
        for origin in origins(document):
            match = PLAIN.match(origin.text)
            if match and (production or match[1].lower() not in LOCAL):
                yield origin.node.problem(f"write https:// instead of http:// in '{_shown(origin.text)}'")


def _shown(text: str) -> str:
    return text.replace(HOLE, "…")
