"""E9223: a time-to-live attribute that is no number."""

from __future__ import annotations

from collections.abc import Iterator

from generator.rules._document import Document, Problem
from generator.rules._rule import Rule
from generator.rules._values import is_text, truth
from generator.rules.data._tables import definitions, tables


class TimeToLive(Rule):
    """Items expire at a number of seconds."""

    id = "E9223"
    shortdesc = "Time to live on an attribute that cannot hold a time"
    description = (
        "DynamoDB reads the attribute as a number of seconds; one that a key defines as text or bytes "
        "never expires an item."
    )
    source_url = "https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/howitworks-ttl.html"
    tags = ("resources", "dynamodb", "ttl")
    items = ()

    def check(self, document: Document) -> Iterator[Problem]:
        """Attributes whose type AttributeDefinitions gives."""
        for table in tables(document):
            name = table.properties.one("TimeToLiveSpecification", "AttributeName")
            on = table.properties.one("TimeToLiveSpecification", "Enabled")
            defined = (definitions(table) or {}).get(name.value) if is_text(name.value) else None
            if defined is not None and truth(on.value) is True:
                kind = defined.one("AttributeType").value
                if kind in ("S", "B"):
                    yield name.problem(
                        f"name a number attribute such as ttl: {name.value} is a key of type "
                        f"{kind}, and nothing expires"
                    )
