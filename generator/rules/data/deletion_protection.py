"""W9205: deletion protection that is off."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from generator.rules._document import Document, Problem
from generator.rules._rule import Rule
from generator.rules.data._stateful import relaxed

PROTECTION = {
    "AWS::Cognito::UserPool": ("DeletionProtection", "ACTIVE"),
    "AWS::DocDB::DBCluster": ("DeletionProtection", "true"),
    "AWS::DynamoDB::Table": ("DeletionProtectionEnabled", "true"),
    "AWS::Neptune::DBCluster": ("DeletionProtection", "true"),
    "AWS::QLDB::Ledger": ("DeletionProtection", "true"),
    "AWS::RDS::DBCluster": ("DeletionProtection", "true"),
    "AWS::RDS::DBInstance": ("DeletionProtection", "true"),
}


def _is(wanted: str, found: object) -> bool:
    return str(found).lower() == wanted.lower()


class DeletionProtection(Rule):
    """Deleting data takes two decisions."""

    id = "W9205"
    shortdesc = "Deletion protection is off"
    description = (
        "One call, by mistake or by somebody who should not, deletes the data; protection makes that two "
        "decisions."
    )
    source_url = (
        "https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/WorkingWithTables.Basics.html"
    )
    tags = ("resources", "recovery")
    items = ("S2.6",)

    def check(self, document: Document) -> Iterator[Problem]:
        """Tables, database clusters and instances, user pools."""
        if relaxed(document):
            return
        for resource in document.resources(*PROTECTION):
            name, value = PROTECTION[resource.type]
            if (
                resource.properties.raw("DBClusterIdentifier").absent
                or resource.type != "AWS::RDS::DBInstance"
            ):
                place = resource.properties.wrong(name, unless=partial(_is, value))
                if place:
                    yield place.problem(f"set {name} to {value}")
