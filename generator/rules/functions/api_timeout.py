"""W9306: an API function that outlives its request."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

from generator.rules._document import Document, Problem
from generator.rules._rule import Rule
from generator.rules._values import number
from generator.rules.functions._functions import FUNCTION, asynchronous, target
from generator.rules.functions._integrations import integrations
from generator.rules.functions._mappings import MAPPING


class ApiTimeout(Rule):
    """The function gives up before the API does."""

    id = "W9306"
    shortdesc = "API function that may run longer than the API waits"
    description = (
        "The caller has got 504 already, tries again, and the first call is still running and being paid for."
    )
    source_url = "https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-execution-service-limits-table.html"
    tags = ("resources", "lambda", "api", "timeout")
    items = ("S1.10", "S2.12")

    def check(self, document: Document) -> Iterator[Problem]:
        """29 s, for HTTP APIs 30 s, or the integration's own.

        Functions that somebody else calls too are left alone.
        """
        others = {one.target.function.id for one in asynchronous(document)}
        for mapping in document.resources(MAPPING):
            found = target(document, mapping.properties.raw("FunctionName").value)
            others |= {found.function.id} if found else set()
        limits: dict[str, list[float | None]] = {}
        for one in integrations(document):
            limits.setdefault(one.target.function.id, []).append(one.seconds)
        for function in document.resources(FUNCTION):
            known = limits.get(function.id, [None])
            if function.id in others or None in known:
                continue
            limit = max(one for one in known if one is not None)
            timeout = function.properties.wrong("Timeout", unless=partial(_shorter, limit=limit))
            if timeout:
                yield timeout.problem(f"set Timeout below {limit:g} s, after which the API answers 504")


def _shorter(value: Any, *, limit: float) -> bool:
    """Whether a timeout is below the limit, or no number."""
    seconds = number(value)
    return seconds is None or seconds < limit
