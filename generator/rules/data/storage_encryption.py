"""W9235: storage whose encryption is off."""

from __future__ import annotations

from collections.abc import Iterator

from generator.rules._document import Document, Problem
from generator.rules._rule import Rule
from generator.rules._values import ABSENT, truth

# The switch. Redshift encrypts by default, others only where it is on.
SWITCHES: dict[str, tuple[str, ...]] = {
    "AWS::DocDB::DBCluster": ("StorageEncrypted",),
    "AWS::EC2::Volume": ("Encrypted",),
    "AWS::EFS::FileSystem": ("Encrypted",),
    "AWS::ElastiCache::ReplicationGroup": ("AtRestEncryptionEnabled",),
    "AWS::Neptune::DBCluster": ("StorageEncrypted",),
    "AWS::OpenSearchService::Domain": ("EncryptionAtRestOptions", "Enabled"),
    "AWS::Redshift::Cluster": ("Encrypted",),
}
BY_DEFAULT = ("AWS::Redshift::Cluster",)
# What is made from one of these is encrypted as that is.
SOURCES = ("SnapshotArn", "SnapshotIdentifier", "SnapshotId", "SnapshotName", "SourceDBClusterIdentifier")


class StorageEncryption(Rule):
    """Encryption is chosen once: it cannot be switched on later."""

    id = "W9235"
    shortdesc = "Storage that is not encrypted"
    description = (
        "Files, caches, indexes and their snapshots are readable to whoever gets at them, and encryption "
        "cannot be switched on later without moving the data."
    )
    source_url = "https://docs.aws.amazon.com/efs/latest/ug/encryption-at-rest.html"
    tags = ("resources", "encryption")
    items = ("S3.10",)

    def check(self, document: Document) -> Iterator[Problem]:
        """Switches that are off or absent; databases of RDS have a rule of their own."""
        for storage in document.resources(*SWITCHES):
            copied = any(not storage.properties.one(name).absent for name in SOURCES)
            steps = SWITCHES[storage.type]
            off = storage.properties.wrong(*steps, unless=lambda value: truth(value) is not False)
            missing = storage.properties.wrong(*steps, unless=lambda value: value is not ABSENT)
            place = off or (None if copied or storage.type in BY_DEFAULT else missing)
            if place:
                yield place.problem(f"set {'.'.join(steps)} to true, and name a key of your own")
