"""W9417: a cache in clear."""

from __future__ import annotations

from collections.abc import Iterator

from generator.rules._document import Document, Problem
from generator.rules._rule import Rule
from generator.rules._values import truth
from generator.rules.api._stages import is_on, rest_stages


class CacheEncryption(Rule):
    """The cache holds the same data as the table behind it."""

    id = "W9417"
    shortdesc = "API cache that is not encrypted"
    description = "Responses lie in the cache in clear, although the table that they come from is encrypted."
    source_url = (
        "https://docs.aws.amazon.com/apigateway/latest/developerguide/data-protection-encryption.html"
    )
    tags = ("resources", "apigateway", "cache", "security")
    items = ("S2.4",)

    def check(self, document: Document) -> Iterator[Problem]:
        """Every such place."""
        for stage in rest_stages(document):
            for setting in stage.settings():
                place = setting.wrong("CacheDataEncrypted", unless=lambda value: truth(value) is True)
                if place and is_on(setting, "CachingEnabled"):
                    yield place.problem("set CacheDataEncrypted to true")
