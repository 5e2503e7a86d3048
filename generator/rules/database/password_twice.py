"""E9856: a managed password and one of one's own, or a managed one where it cannot be."""

from __future__ import annotations

from collections.abc import Iterator

from generator.rules._document import Document, Problem
from generator.rules._rule import Rule
from generator.rules._values import truth
from generator.rules.database._instances import CLUSTER, INSTANCE


class PasswordTwice(Rule):
    """One of the two, never both; and no replicas of a database that has it."""

    id = "E9856"
    shortdesc = "Managed password where RDS refuses it"
    description = (
        "RDS refuses a database with both passwords, and read replicas of an instance whose password it "
        "manages, SQL Server excepted."
    )
    source_url = "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-secrets-manager.html"
    tags = ("resources", "rds")
    items = ("S3.14",)

    def check(self, document: Document) -> Iterator[Problem]:
        """Both passwords, and replicas of sources in the same template."""
        for database in document.resources(INSTANCE, CLUSTER):
            managed = truth(database.properties.one("ManageMasterUserPassword").value)
            given = database.properties.raw("MasterUserPassword")
            if managed and not given.absent and database.properties.one("MasterUserPassword").known:
                yield given.problem("remove MasterUserPassword, or ManageMasterUserPassword")
            written = database.properties.raw("SourceDBInstanceIdentifier")
            source = document.named(written.value, INSTANCE)
            if source and truth(source.properties.one("ManageMasterUserPassword").value):
                engine = source.properties.one("Engine").value
                if isinstance(engine, str) and not engine.startswith("sqlserver"):
                    yield written.problem(
                        "give the source a password in a secret of your own: a managed one excludes replicas"
                    )
