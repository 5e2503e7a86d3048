"""W9315: a mapping on the function though it has an alias."""

from __future__ import annotations

from collections.abc import Iterator

from generator.rules._document import Document, Problem
from generator.rules._rule import Rule
from generator.rules.functions._functions import ALIAS, target
from generator.rules.functions._mappings import MAPPING


class MappingAlias(Rule):
    """Events and calls run the same version."""

    id = "W9315"
    shortdesc = "Event source mapping that passes the function's alias by"
    description = (
        "The alias decides which version works; a mapping on the function itself runs what was uploaded "
        "last, and a rollback of the alias does not reach it."
    )
    source_url = "https://docs.aws.amazon.com/lambda/latest/dg/configuration-aliases.html"
    tags = ("resources", "lambda", "alias", "eventsourcemapping")
    items = ()

    def check(self, document: Document) -> Iterator[Problem]:
        """Functions that have an alias in this template."""
        aliased = {
            found.function.id: alias
            for alias in document.resources(ALIAS)
            if (found := target(document, alias.properties.raw("FunctionName").value))
        }
        for mapping in document.resources(MAPPING):
            place = mapping.properties.raw("FunctionName")
            called = target(document, place.value)
            if called and not called.qualifier and called.function.id in aliased:
                yield place.problem(f"set FunctionName to the alias: !Ref {aliased[called.function.id].id}")
