"""E9204: production data without both policies."""

from __future__ import annotations

from collections.abc import Iterator

from generator.rules._document import Document, Problem
from generator.rules._rule import Rule
from generator.rules.data._stateful import KEEPS, POLICIES, production, stateful


class ProductionData(Rule):
    """Production data is kept by both policies."""

    id = "E9204"
    shortdesc = "Production data that is deleted with its resource"
    description = (
        "In production both policies keep tables, buckets, keys, secrets, databases and log groups, "
        "whatever happens to the stack."
    )
    source_url = (
        "https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-attribute-deletionpolicy.html"
    )
    tags = ("resources", "deletionpolicy", "recovery")
    items = ("S1.6", "S4.1", "S2.6")

    def check(self, document: Document) -> Iterator[Problem]:
        """Templates that gen rendered for production."""
        if not production(document):
            return
        for resource in [*stateful(document), *document.resources("AWS::Logs::LogGroup")]:
            for policy, value in zip(POLICIES, ("RetainExceptOnCreate", "Retain"), strict=True):
                found = resource.wrong(policy, unless=lambda value: str(value) in KEEPS)
                if found:
                    yield found.problem(f"set {policy} to {value}")
