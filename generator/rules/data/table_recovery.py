"""W9201: a table whose point-in-time recovery is off."""

from __future__ import annotations

from collections.abc import Iterator

from generator.rules._document import Document, Problem
from generator.rules._rule import Rule
from generator.rules._values import truth


class TableRecovery(Rule):
    """A table can be brought back to any second."""

    id = "W9201"
    shortdesc = "Table without point-in-time recovery"
    description = "A deletion or a bad deployment destroys data that nothing can bring back."
    source_url = (
        "https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Point-in-time-recovery.html"
    )
    tags = ("resources", "dynamodb", "recovery")
    items = ("S1.2", "S2.5")

    def check(self, document: Document) -> Iterator[Problem]:
        """Tables; replicas of global tables have a rule of their own."""
        for table in document.resources("AWS::DynamoDB::Table"):
            place = table.properties.wrong(
                "PointInTimeRecoverySpecification",
                "PointInTimeRecoveryEnabled",
                unless=lambda value: truth(value) is True,
            )
            if place:
                yield place.problem("set PointInTimeRecoverySpecification.PointInTimeRecoveryEnabled to true")
