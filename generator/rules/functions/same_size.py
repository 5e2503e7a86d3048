"""W9303: functions that are all of one size."""

from __future__ import annotations

from collections.abc import Iterator

from generator.rules._document import Document, Problem
from generator.rules._rule import Rule
from generator.rules.functions._functions import DEFAULT_MEMORY, DEFAULT_TIMEOUT, functions, setting


class SameSize(Rule):
    """Memory and timeout are each function's own."""

    id = "W9303"
    shortdesc = "Every function has the same memory and timeout"
    description = "Nobody measured: what one function needs is waste for another and too little for a third."
    source_url = "https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html"
    tags = ("resources", "lambda", "cost", "performance")
    items = ("S0.3", "S1.10")

    def check(self, document: Document) -> Iterator[Problem]:
        """Templates with three functions or more; sizes that are all defaults are another rule's."""
        found = list(functions(document))
        sizes = {
            (setting(one, "MemorySize", DEFAULT_MEMORY), setting(one, "Timeout", DEFAULT_TIMEOUT))
            for one in found
        }
        if len(found) >= 3 and len(sizes) == 1 and None not in next(iter(sizes)):
            memory, timeout = next(iter(sizes))
            if (memory, timeout) != (DEFAULT_MEMORY, DEFAULT_TIMEOUT):
                yield found[0].properties.problem(
                    f"set MemorySize and Timeout for what each function does: all {len(found)} have "
                    f"{memory:g} MB and {timeout:g} s"
                )
