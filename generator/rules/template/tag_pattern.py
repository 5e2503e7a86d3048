"""W9009: a resource without a tag that nearly all others have."""

from __future__ import annotations

from collections.abc import Iterator

from generator.rules._document import Document, Problem
from generator.rules._rule import Rule
from generator.rules.template._tags import tag_keys, tag_places

# They take tags since lately, and cost nothing.
SELDOM_TAGGED = frozenset(
    {"AWS::CloudWatch::CompositeAlarm", "AWS::CloudWatch::Dashboard", "AWS::Lambda::EventSourceMapping"}
)


class TagPattern(Rule):
    """The template's own convention."""

    id = "W9009"
    shortdesc = "Resource without a tag that most others carry"
    description = (
        "The resource is left out wherever the others are found by this tag: bills, alarms, backups, rights."
    )
    source_url = (
        "https://docs.aws.amazon.com/whitepapers/latest/tagging-best-practices/tagging-best-practices.html"
    )
    tags = ("resources", "tags")
    items = ("S1.11",)

    def check(self, document: Document) -> Iterator[Problem]:
        """Every such place."""
        if document.gen:
            return
        tagged = [
            (place, keys)
            for resource in document.resources()
            if resource.type not in SELDOM_TAGGED
            for place in tag_places(resource)
            for keys in [tag_keys(place)]
            if keys is not None
        ]
        for key in sorted({key for _, keys in tagged for key in keys}):
            without = [place for place, keys in tagged if key not in keys]
            if len(tagged) >= 5 and 0 < len(without) <= len(tagged) // 5:
                for place in without:
                    yield place.problem(
                        f"add the tag {key} that {len(tagged) - len(without)} other resources carry"
                    )
