"""W9305: an API function of little memory."""

from __future__ import annotations

from collections.abc import Iterator

from generator.rules._document import Document, Problem
from generator.rules._rule import Rule
from generator.rules._values import number
from generator.rules.functions._functions import functions
from generator.rules.functions._integrations import integrations

LEAST = 256


class ApiMemory(Rule):
    """Functions that somebody waits for have 256 MB or more."""

    id = "W9305"
    shortdesc = "API function with less than 256 MB"
    description = (
        "Memory is processor too: somebody waits for a function that loads its libraries with an eighth "
        "of a processor."
    )
    source_url = "https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html"
    tags = ("resources", "lambda", "api", "performance")
    items = ("S0.3",)

    def check(self, document: Document) -> Iterator[Problem]:
        """MemorySize that is written; where it is absent another rule speaks."""
        waited_for = {one.target.function.id for one in integrations(document)}
        for function in functions(document):
            memory = function.properties.one("MemorySize")
            megabytes = number(memory.value)
            if function.id in waited_for and megabytes is not None and megabytes < LEAST:
                yield memory.problem(f"set MemorySize to {LEAST} or more: an API waits for this function")
