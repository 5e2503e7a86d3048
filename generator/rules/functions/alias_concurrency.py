"""E9338: provisioned concurrency that there cannot be."""

from __future__ import annotations

from collections.abc import Iterator

from generator.rules._document import Document, Problem
from generator.rules._rule import Rule
from generator.rules._values import number
from generator.rules.functions._functions import ALIAS, VERSION, target


class AliasConcurrency(Rule):
    """Provisioned concurrency is of a version, and within what is reserved."""

    id = "E9338"
    shortdesc = "Provisioned concurrency that Lambda refuses"
    description = (
        "$LATEST cannot have provisioned concurrency, and no alias more than its function has reserved."
    )
    source_url = "https://docs.aws.amazon.com/lambda/latest/dg/provisioned-concurrency.html"
    tags = ("resources", "lambda", "alias", "concurrency")
    items = ()

    def check(self, document: Document) -> Iterator[Problem]:
        """Aliases and versions of functions in this template."""
        for resource in document.resources(ALIAS, VERSION):
            provisioned = resource.properties.one(
                "ProvisionedConcurrencyConfig", "ProvisionedConcurrentExecutions"
            )
            called = target(document, resource.properties.raw("FunctionName").value)
            wanted = number(provisioned.value)
            if wanted is None:
                continue
            version = resource.properties.one("FunctionVersion")
            reserved = (
                number(called.function.properties.one("ReservedConcurrentExecutions").value)
                if called
                else None
            )
            if version.value == "$LATEST":
                yield version.problem(
                    "set FunctionVersion to a published version: $LATEST has no provisioned concurrency"
                )
            elif reserved is not None and wanted > reserved:
                yield provisioned.problem(
                    f"set ProvisionedConcurrentExecutions to {reserved:g} or less, what the "
                    "function has reserved"
                )
