"""Resources whose deletion loses what nothing can build again."""

from __future__ import annotations

from collections.abc import Iterator

from generator.rules._document import Document, Resource
from generator.rules._values import ABSENT

KEEPS = {"Retain", "RetainExceptOnCreate", "Snapshot"}
STATEFUL = (
    "AWS::Cassandra::Table",
    "AWS::Cognito::UserPool",
    "AWS::DocDB::DBCluster",
    "AWS::DynamoDB::GlobalTable",
    "AWS::DynamoDB::Table",
    "AWS::EC2::Volume",
    "AWS::EFS::FileSystem",
    "AWS::Elasticsearch::Domain",
    "AWS::FSx::FileSystem",
    "AWS::KMS::Key",
    "AWS::KMS::ReplicaKey",
    "AWS::Neptune::DBCluster",
    "AWS::OpenSearchService::Domain",
    "AWS::RDS::DBCluster",
    "AWS::RDS::DBInstance",
    "AWS::Redshift::Cluster",
    "AWS::S3::Bucket",
    "AWS::SecretsManager::Secret",
    "AWS::Timestream::Table",
)
SNAPSHOTS_BY_DEFAULT = ("AWS::RDS::DBCluster", "AWS::RDS::DBInstance")
POLICIES = ("DeletionPolicy", "UpdateReplacePolicy")


def production(document: Document) -> bool:
    """Whether ``gen`` rendered this template for a production environment."""
    return document.gen.get("Production") is True


def relaxed(document: Document) -> bool:
    """Whether ``gen`` rendered it for an environment that may be thrown away."""
    return bool(document.gen) and not production(document)


def stateful(document: Document) -> Iterator[Resource]:
    """Resources that hold data; an instance of a database cluster does not, its cluster does."""
    for resource in document.resources(*STATEFUL):
        member = resource.type == "AWS::RDS::DBInstance" and not (
            resource.properties.one("DBClusterIdentifier").absent
            and resource.properties.one("SourceDBInstanceIdentifier").absent
        )
        if not member:
            yield resource


def keeps(resource: Resource, policy: str) -> bool | None:
    """Whether a policy keeps the data; None where that is not certain."""
    found = {node.value for node in resource.outcomes(policy) if isinstance(node.value, (str, type(ABSENT)))}
    if found and found <= KEEPS:
        return True
    if policy == "DeletionPolicy" and found == {ABSENT} and resource.type in SNAPSHOTS_BY_DEFAULT:
        return True
    return False if found and found <= {ABSENT, "Delete"} else None
