"""W9415: a cache time that saves nothing."""

from __future__ import annotations

from collections.abc import Iterator

from generator.rules._document import Document, Problem
from generator.rules._rule import Rule
from generator.rules._values import number
from generator.rules.api._stages import rest_stages


class CacheShort(Rule):
    """Below half a minute the cache answers few requests."""

    id = "W9415"
    shortdesc = "Cache time below 30 seconds"
    description = "So short a time costs the cluster's price by the hour and spares the functions little."
    source_url = "https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-caching.html"
    tags = ("resources", "apigateway", "cache")
    items = ("S2.4",)

    def check(self, document: Document) -> Iterator[Problem]:
        """Every such place."""
        for stage in rest_stages(document):
            for setting in stage.settings():
                for place in setting.some(
                    "CacheTtlInSeconds", that=lambda value: 0 < (number(value) or 0) < 30
                ):
                    yield place.problem("set CacheTtlInSeconds to 30 or more, up to 3600")
