"""Which databases a rule of RDS speaks of."""

from __future__ import annotations

from collections.abc import Iterator

from generator.rules._document import Document, Resource

INSTANCE = "AWS::RDS::DBInstance"
CLUSTER = "AWS::RDS::DBCluster"
COPIES = ("SourceDBInstanceIdentifier", "SourceDBClusterIdentifier")
RESTORED = (
    "DBSnapshotIdentifier",
    "DBClusterSnapshotIdentifier",
    "SnapshotIdentifier",
    "SourceDbiResourceId",
)


def in_cluster(resource: Resource) -> bool:
    """An instance of an Aurora or Multi-AZ cluster, which decides for it."""
    return not resource.properties.one("DBClusterIdentifier").absent


def is_copy(resource: Resource) -> bool:
    """A read replica, which takes much from its source."""
    return any(not resource.properties.one(name).absent for name in COPIES)


def is_restored(resource: Resource) -> bool:
    """Made from a snapshot or a point in time, which brings its encryption and password along."""
    return any(not resource.properties.one(name).absent for name in RESTORED)


def masters(document: Document) -> Iterator[Resource]:
    """Instances that are alone and clusters: where data is written."""
    for resource in document.resources(INSTANCE, CLUSTER):
        if not in_cluster(resource) and not is_copy(resource):
            yield resource
