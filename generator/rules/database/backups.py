"""W9858: a database with no backups, or few."""

from __future__ import annotations

from collections.abc import Iterator

from generator.rules._document import Document, Problem
from generator.rules._rule import Rule
from generator.rules._values import number
from generator.rules.database._instances import masters

DAYS = 7


class Backups(Rule):
    """Mistakes are noticed after days."""

    id = "W9858"
    shortdesc = "Database with backups of less than a week"
    description = (
        "BackupRetentionPeriod is one day where it is absent, and 0 switches backups off: a mistake that is "
        "noticed on Monday cannot be undone."
    )
    source_url = (
        "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_WorkingWithAutomatedBackups.html"
    )
    tags = ("resources", "rds", "recovery")
    items = ("S3.14",)

    def check(self, document: Document) -> Iterator[Problem]:
        """Instances alone and clusters."""
        for database in masters(document):
            place = database.properties.wrong(
                "BackupRetentionPeriod", unless=lambda value: (number(value) or 0) >= DAYS
            )
            if place:
                yield place.problem(f"set BackupRetentionPeriod to {DAYS} days or more")
