"""E9313: a permission that is not for what is called."""

from __future__ import annotations

from collections.abc import Iterator

from generator.rules._document import Document, Node, Problem
from generator.rules._rule import Rule
from generator.rules._values import is_text
from generator.rules.functions._functions import ANY, asynchronous, target
from generator.rules.functions._integrations import callers


class PermissionQualifier(Rule):
    """Who calls an alias may call that alias."""

    id = "E9313"
    shortdesc = "Permission on another qualifier than the one that is called"
    description = (
        "A permission on the function does not let anybody call its alias, nor the other way round: the "
        "API answers 500, and events are lost."
    )
    source_url = "https://docs.aws.amazon.com/lambda/latest/dg/access-control-resource-based.html"
    tags = ("resources", "lambda", "permission", "alias")
    items = ()

    def check(self, document: Document) -> Iterator[Problem]:
        """Callers and permissions of the template, for the same function and service."""
        granted: dict[tuple[str, str], dict[str, Node]] = {}
        for permission in document.resources("AWS::Lambda::Permission"):
            place = permission.properties.raw("FunctionName")
            found = target(document, place.value)
            principal = permission.properties.one("Principal").value
            if found and is_text(principal):
                granted.setdefault((found.function.id, principal), {})[found.qualifier] = place
        for caller in [*callers(document), *asynchronous(document)]:
            function, qualifier = caller.target
            places = granted.get((function.id, caller.principal), {})
            if places and qualifier not in places and ANY not in (qualifier, *places):
                yield next(iter(places.values())).problem(
                    f"name {qualifier or function.id}, which {caller.place.path[1]} calls: a "
                    "permission is for one qualifier"
                )
