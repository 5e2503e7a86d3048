"""W9304: a function that says nothing about its size."""

from __future__ import annotations

from collections.abc import Iterator

from generator.rules._document import Document, Problem
from generator.rules._rule import Rule
from generator.rules._values import ABSENT
from generator.rules.functions._functions import functions

DEFAULTS = {"MemorySize": "128 MB", "Timeout": "3 s"}


class DefaultSize(Rule):
    """Memory and timeout are decided."""

    id = "W9304"
    shortdesc = "Function with Lambda's default memory or timeout"
    description = (
        "128 MB is a fourteenth of a processor, and 3 seconds include the cold start: defaults for an "
        "example, not for work."
    )
    source_url = "https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html"
    tags = ("resources", "lambda", "performance")
    items = ("S0.3", "S1.10")

    def check(self, document: Document) -> Iterator[Problem]:
        """Functions without MemorySize, without Timeout, or without both; one finding for each."""
        for function in functions(document):
            missing = {
                name: place
                for name in DEFAULTS
                if (place := function.properties.wrong(name, unless=lambda value: value is not ABSENT))
            }
            for place in list(missing.values())[:1]:
                defaults = " and ".join(DEFAULTS[name] for name in missing)
                yield place.problem(f"set {' and '.join(missing)}: the function has {defaults} otherwise")
