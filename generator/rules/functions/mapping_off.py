"""W9339: a mapping that reads nothing."""

from __future__ import annotations

from collections.abc import Iterator

from generator.rules._document import Document, Problem
from generator.rules._rule import Rule
from generator.rules._values import truth
from generator.rules.functions._mappings import MAPPING


class MappingOff(Rule):
    """Mappings that are deployed read."""

    id = "W9339"
    shortdesc = "Event source mapping that is switched off"
    description = (
        "Nothing is read: messages grow old, and records expire, until somebody switches it on by hand."
    )
    source_url = "https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventsourcemapping.html"
    tags = ("resources", "lambda", "eventsourcemapping")
    items = ("S0.4",)

    def check(self, document: Document) -> Iterator[Problem]:
        """Enabled that is false whatever the parameters."""
        for mapping in document.resources(MAPPING):
            place = mapping.properties.wrong("Enabled", unless=lambda value: truth(value) is not False)
            if place:
                yield place.problem("set Enabled to true, or remove it")
