"""W9855: a database password that people or templates handle."""

from __future__ import annotations

from collections.abc import Iterator

from generator.rules._document import Document, Problem
from generator.rules._rule import Rule
from generator.rules._values import ABSENT, truth
from generator.rules.database._instances import is_restored, masters


class ManagedPassword(Rule):
    """RDS can make the password, keep it in Secrets Manager, and change it."""

    id = "W9855"
    shortdesc = "Database without a managed master password"
    description = (
        "A password that is given to the template is known to whoever deploys it and is never changed. RDS "
        "makes, keeps and rotates one where ManageMasterUserPassword is on."
    )
    source_url = "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-secrets-manager.html"
    tags = ("resources", "rds", "security")
    items = ("S3.14",)

    def check(self, document: Document) -> Iterator[Problem]:
        """Databases with a password of their own that is not read from Secrets Manager."""
        for database in masters(document):
            given = database.properties.raw("MasterUserPassword")
            managed = database.properties.one("ManageMasterUserPassword")
            missing = managed.known and truth(managed.value) is not True
            if not missing or is_restored(database):
                continue
            if given.absent:
                if not database.properties.one("MasterUsername").absent or managed.value is not ABSENT:
                    yield managed.problem("set ManageMasterUserPassword to true")
            elif "{{resolve:secretsmanager:" not in repr(given.value):
                yield given.problem("remove MasterUserPassword and set ManageMasterUserPassword to true")
