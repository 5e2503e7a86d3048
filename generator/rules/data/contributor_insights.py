"""I9224: a table that cannot name its hot keys."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from generator.rules._document import Document, Problem
from generator.rules._rule import Rule
from generator.rules._values import truth
from generator.rules.data._tables import TABLE


def _on(value: Any) -> bool:
    return truth(value) is True


class ContributorInsights(Rule):
    """Hot keys can be named."""

    id = "I9224"
    shortdesc = "Table without contributor insights, which its siblings have"
    description = (
        "When a hot key throttles a table, contributor insights name the key; switched on afterwards they"
        " show nothing of the past."
    )
    source_url = "https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/contributorinsights.html"
    tags = ("resources", "dynamodb", "monitoring")
    items = ("S4.4",)

    def check(self, document: Document) -> Iterator[Problem]:
        """Where another table of the template has it on."""
        found = list(document.resources(TABLE))
        steps = ("ContributorInsightsSpecification", "Enabled")
        if any(table.properties.some(*steps, that=_on) for table in found):
            for table in found:
                place = table.properties.wrong(*steps, unless=_on)
                if place:
                    yield place.problem(
                        "set ContributorInsightsSpecification.Enabled to true, as for the "
                        "template's other tables"
                    )
