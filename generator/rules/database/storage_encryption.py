"""W9853: a database whose storage is not encrypted with a key of one's own."""

from __future__ import annotations

from collections.abc import Iterator

from generator.rules._document import Document, Problem
from generator.rules._rule import Rule
from generator.rules._values import truth
from generator.rules.database._instances import is_restored, masters


class StorageEncryption(Rule):
    """Encryption is chosen once: it cannot be switched on later."""

    id = "W9853"
    shortdesc = "Database storage that is not encrypted with a customer key"
    description = (
        "Storage, backups and snapshots are readable to whoever gets at them, and encryption cannot be "
        "switched on later without moving the data."
    )
    source_url = "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Overview.Encryption.html"
    tags = ("resources", "rds", "encryption")
    items = ("S3.10", "S3.14")

    def check(self, document: Document) -> Iterator[Problem]:
        """First that it is encrypted at all, then with which key."""
        for database in masters(document):
            if is_restored(database):
                continue
            off = database.properties.wrong("StorageEncrypted", unless=lambda value: truth(value) is True)
            key = database.properties.one("KmsKeyId")
            if off and key.absent:
                yield off.problem("set StorageEncrypted to true and KmsKeyId to a key of your own")
            elif truth(database.properties.one("StorageEncrypted").value) and key.absent:
                yield key.problem("set KmsKeyId to a key of your own")
            elif off:
                yield off.problem("set StorageEncrypted to true")
