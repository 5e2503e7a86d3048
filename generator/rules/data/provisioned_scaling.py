"""W9232: a table of fixed capacity."""

from __future__ import annotations

from collections.abc import Iterator

from generator.rules._document import Document, Problem, Resource
from generator.rules._rule import Rule
from generator.rules._values import ABSENT, UNKNOWN
from generator.rules.data._tables import TABLE


class ProvisionedScaling(Rule):
    """Capacity follows the load."""

    id = "W9232"
    shortdesc = "Provisioned table that nothing scales"
    description = "At a fixed capacity a busy hour is throttled and a quiet one is paid for."
    source_url = "https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/AutoScaling.html"
    tags = ("resources", "dynamodb", "capacity")
    items = ()

    def check(self, document: Document) -> Iterator[Problem]:
        """Tables whose scalable targets would be in this template.

        One that scales reads or writes is left alone.
        """
        for table in document.resources(TABLE):
            if not table.properties.wrong(
                "BillingMode", unless=lambda value: value not in (ABSENT, "PROVISIONED")
            ):
                continue
            if table.properties.one("ProvisionedThroughput").value in (ABSENT, UNKNOWN):
                continue
            targets = list(document.resources("AWS::ApplicationAutoScaling::ScalableTarget"))
            if not any(_may_scale(document, target, table) for target in targets):
                yield table.properties.outcomes("BillingMode")[0].problem(
                    "set BillingMode to PAY_PER_REQUEST, or scale the table with "
                    "AWS::ApplicationAutoScaling::ScalableTarget"
                )


def _may_scale(document: Document, target: Resource, table: Resource) -> bool:
    named = document.named(target.properties.raw("ResourceId").value, TABLE)
    return named is None or named.id == table.id or table.id in document.edges(target.id)
