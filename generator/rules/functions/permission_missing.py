"""E9314: a call that nothing permits."""

from __future__ import annotations

from collections.abc import Iterator

from generator.rules._document import Document, Problem
from generator.rules._rule import Rule
from generator.rules._values import is_text
from generator.rules.functions._functions import asynchronous, target
from generator.rules.functions._integrations import callers


class PermissionMissing(Rule):
    """Who calls a function may call it."""

    id = "E9314"
    shortdesc = "Nobody may call the function that this integration or target calls"
    description = (
        "Without a permission the API answers 500, and a topic, rule or bucket cannot deliver or is not "
        "even created."
    )
    source_url = "https://docs.aws.amazon.com/lambda/latest/dg/access-control-resource-based.html"
    tags = ("resources", "lambda", "permission")
    items = ()

    def check(self, document: Document) -> Iterator[Problem]:
        """Callers of functions of this template; an uncertain permission counts as given."""
        granted: set[tuple[str, str]] = set()
        for permission in document.resources("AWS::Lambda::Permission"):
            found = target(document, permission.properties.raw("FunctionName").value)
            principal = permission.properties.one("Principal").value
            if found is None or not is_text(principal):
                return
            granted.add((found.function.id, principal.partition(".")[0]))
        told: set[tuple[str, str]] = set()
        for caller in [*callers(document), *asynchronous(document)]:
            wanted = (caller.target.function.id, caller.principal.partition(".")[0])
            everybody = (wanted[0], "*") in granted
            if caller.principal and not everybody and wanted not in granted | told:
                told.add(wanted)
                yield caller.place.problem(
                    f"add an AWS::Lambda::Permission on {wanted[0]} for {caller.principal}: without it"
                    " the call is refused"
                )
