"""E9312: a function with no concurrency."""

from __future__ import annotations

from collections.abc import Iterator

from generator.rules._document import Document, Problem
from generator.rules._rule import Rule
from generator.rules._values import number
from generator.rules.functions._functions import FUNCTION


class NoConcurrency(Rule):
    """A function that is deployed can run."""

    id = "E9312"
    shortdesc = "Function that may never run"
    description = "ReservedConcurrentExecutions 0 throttles every call: it is a switch for an emergency."
    source_url = "https://docs.aws.amazon.com/lambda/latest/dg/configuration-concurrency.html"
    tags = ("resources", "lambda", "concurrency")
    items = ()

    def check(self, document: Document) -> Iterator[Problem]:
        """Zero; absent means unreserved."""
        for function in document.resources(FUNCTION):
            place = function.properties.wrong(
                "ReservedConcurrentExecutions", unless=lambda value: number(value) != 0
            )
            if place:
                yield place.problem(
                    "remove ReservedConcurrentExecutions or set it above 0: at 0 every call is throttled"
                )
