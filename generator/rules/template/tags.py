"""E9008: a resource of ours without one of the required tags."""

from __future__ import annotations

from collections.abc import Iterator

from generator.rules._document import Document, Problem
from generator.rules._rule import Rule
from generator.rules.template._tags import tag_keys, tag_places


class Tags(Rule):
    """Whose it is, what it belongs to and who pays."""

    id = "E9008"
    shortdesc = "Resource without the tags that its stack requires"
    description = "What is not tagged shows on no bill, in no search and under nobody's name."
    source_url = (
        "https://docs.aws.amazon.com/whitepapers/latest/tagging-best-practices/tagging-best-practices.html"
    )
    tags = ("resources", "tags", "convention")
    items = ("S1.11",)

    def check(self, document: Document) -> Iterator[Problem]:
        """Every such place."""
        required = document.gen.get("Tags")
        if not isinstance(required, dict):
            return
        for resource in document.resources():
            for place in tag_places(resource):
                keys = tag_keys(place)
                missing = sorted(set(map(str, required)) - keys) if keys is not None else []
                if missing:
                    yield place.problem(f"add the tags {', '.join(missing)}")
