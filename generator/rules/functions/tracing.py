"""W9310: a function that leaves no traces."""

from __future__ import annotations

from collections.abc import Iterator

from generator.rules._document import Document, Problem
from generator.rules._rule import Rule
from generator.rules._values import ABSENT
from generator.rules.functions._functions import functions


class Tracing(Rule):
    """Calls can be followed."""

    id = "W9310"
    shortdesc = "Function without tracing"
    description = (
        "When a call is slow or fails, its trace says which of the services behind the function it was."
    )
    source_url = "https://docs.aws.amazon.com/lambda/latest/dg/services-xray.html"
    tags = ("resources", "lambda", "monitoring")
    items = ("S4.4",)

    def check(self, document: Document) -> Iterator[Problem]:
        """TracingConfig.Mode other than Active; PassThrough traces what the caller traces."""
        for function in functions(document):
            place = function.properties.wrong(
                "TracingConfig", "Mode", unless=lambda value: value not in (ABSENT, "PassThrough")
            )
            if place:
                yield place.problem(
                    "set TracingConfig.Mode to Active, and let the role xray:PutTraceSegments"
                )
