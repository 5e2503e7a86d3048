"""E9410: an origin that no browser sends."""

from __future__ import annotations

import re
from collections.abc import Iterator

from generator.rules._document import Document, Problem
from generator.rules._rule import Rule
from generator.rules._values import HOLE, is_text
from generator.rules.api._origins import origins

RIGHT = re.compile(
    r"\*|null|false|true|integration\.response\..*|method\.request\..*|https?://\*"
    r"|[a-z][a-z0-9+.-]*://(\[[0-9a-f:]+\]|[^\s/,:;]+)(:(\d+|\*))?",
    re.IGNORECASE,
)
SLASH = re.compile(r"://[^/]+/")


class CorsShape(Rule):
    """An origin is scheme, host and port, and nothing else."""

    id = "E9410"
    shortdesc = "Allowed origin that no browser sends"
    description = (
        "Browsers compare letter by letter: with a path, a slash at the end or two origins in one, none fits."
    )
    source_url = "https://docs.aws.amazon.com/AmazonS3/latest/userguide/ManageCorsUsing.html"
    tags = ("resources", "cors")
    items = ("S0.2",)

    def check(self, document: Document) -> Iterator[Problem]:
        """Every such place."""
        for origin in origins(document):
            if is_text(origin.text) and "$" not in origin.text and not RIGHT.fullmatch(origin.text):
                yield origin.node.problem("write scheme, host and port alone, as in https://example.com")
            elif HOLE in origin.text and SLASH.search(origin.text):
                yield origin.node.problem("write the origin without a path or slash at its end")
