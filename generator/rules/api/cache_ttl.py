"""E9414: a cache time that API Gateway does not have."""

from __future__ import annotations

from collections.abc import Iterator

from generator.rules._document import Document, Problem
from generator.rules._rule import Rule
from generator.rules._values import number
from generator.rules.api._stages import is_on, rest_stages


class CacheTtl(Rule):
    """From 1 to 3600 seconds, and 0 for no cache."""

    id = "E9414"
    shortdesc = "Cache time out of what API Gateway allows"
    description = (
        "API Gateway refuses more than 3600 seconds, and 0 switches the cache off that CachingEnabled"
        " switches on."
    )
    source_url = "https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-caching.html"
    tags = ("resources", "apigateway", "cache")
    items = ("S2.4",)

    def check(self, document: Document) -> Iterator[Problem]:
        """Every such place."""
        for stage in rest_stages(document):
            for setting in stage.settings():
                for place in setting.some("CacheTtlInSeconds", that=lambda value: number(value) is not None):
                    seconds = number(place.value) or 0
                    if not 0 <= seconds <= 3600 or (seconds == 0 and is_on(setting, "CachingEnabled")):
                        yield place.problem(f"set CacheTtlInSeconds from 30 to 3600 instead of {place.value}")
