"""E9859: encrypted backups are to be copied to another region, and no key of that region is named."""

from __future__ import annotations

from collections.abc import Iterator

from generator.rules._document import Document, Problem
from generator.rules._rule import Rule
from generator.rules._values import ABSENT, number, truth


class BackupReplication(Rule):
    """Backups of an encrypted instance need a key where they go."""

    id = "E9859"
    shortdesc = "Backup replication that RDS refuses"
    description = (
        "Replicating the backups of an encrypted instance needs a key of the other region, and backups that "
        "exist at all."
    )
    source_url = "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_ReplicateBackups.html"
    tags = ("resources", "rds", "recovery")
    items = ("S3.14",)

    def check(self, document: Document) -> Iterator[Problem]:
        """Instances with AutomaticBackupReplicationRegion."""
        for database in document.resources("AWS::RDS::DBInstance"):
            properties = database.properties
            region = properties.one("AutomaticBackupReplicationRegion")
            if region.absent:
                continue
            key = properties.one("AutomaticBackupReplicationKmsKeyId")
            if truth(properties.one("StorageEncrypted").value) and key.value is ABSENT:
                yield region.problem("name a key of that region in AutomaticBackupReplicationKmsKeyId")
            kept = properties.one("BackupRetentionPeriod")
            if number(kept.value) == 0:
                yield kept.problem("set BackupRetentionPeriod above 0: there are no backups to replicate")
