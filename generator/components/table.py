"""A DynamoDB table."""

from __future__ import annotations

from msgspec import Struct
from troposphere import GetAtt, Ref, Sub, dynamodb

from generator.components.component import Component
from generator.components.grant import Grant, Value
from generator.components.key import Key
from generator.components.scope import Scope

RECOVERY_DAYS = 35


class Index(Struct, frozen=True):
    """A global secondary index with all attributes; key attributes are strings."""

    name: str
    key: str
    sort: str


class Table(Component, frozen=True, kw_only=True):
    """A table and the permissions it offers."""

    logical_id: str
    physical_name: str
    indexes: tuple[Index, ...]
    encryption: Key

    @property
    def name(self) -> Value:
        """Name of the table, for alarms and outputs."""
        return Ref(self.logical_id)

    @property
    def arn(self) -> Value:
        """ARN of the table."""
        return GetAtt(self.logical_id, "Arn")

    @property
    def stream_arn(self) -> Value:
        """ARN of the table's stream."""
        return GetAtt(self.logical_id, "StreamArn")

    def allow(self, verb: str, *operations: str) -> tuple[Grant, ...]:
        """Exactly these item operations (``GetItem``, ``PutItem`` …) on the table, not on its indexes.

        A transaction needs no permission of its own but those of the operations in it (DynamoDB developer
        guide, "IAM and DynamoDB transactions").
        """
        grant = Grant(
            sid=f"{verb}{self.logical_id}",
            actions=tuple(f"dynamodb:{operation}" for operation in operations),
            resources=(self.arn,),
        )
        return (grant, self.encryption.decrypt_through("dynamodb"))

    def query(self, index: str) -> tuple[Grant, ...]:
        """Query one index."""
        if index not in {known.name for known in self.indexes}:
            raise ValueError(f"{self.logical_id} has no index {index}")
        grant = Grant(
            sid=f"Query{self.logical_id}{index}",
            actions=("dynamodb:Query",),
            resources=(Sub(f"${{{self.logical_id}.Arn}}/index/{index}"),),
        )
        return (grant, self.encryption.decrypt_through("dynamodb"))

    def read_stream(self) -> tuple[Grant, ...]:
        """What an event source mapping needs to read the stream.

        Source: Lambda developer guide, "Process DynamoDB records with Lambda".
        """
        grant = Grant(
            sid=f"ReadStreamOf{self.logical_id}",
            actions=(
                "dynamodb:DescribeStream",
                "dynamodb:GetRecords",
                "dynamodb:GetShardIterator",
                "dynamodb:ListStreams",
            ),
            resources=(Sub(f"${{{self.logical_id}.Arn}}/stream/*"),),
        )
        return (grant, self.encryption.decrypt_through("dynamodb"))


def table(
    scope: Scope,
    logical_id: str,
    *,
    encryption: Key,
    key: str = "pk",
    sort: str = "sk",
    indexes: tuple[Index, ...] = (),
    stream: str | None = None,
) -> Table:
    """Table with string keys: on demand, encrypted, recoverable, with TTL on ``ttl``.

    ``key`` and ``sort`` are the attributes of partition and sort key. ``stream`` is a StreamViewType such as
    NEW_AND_OLD_IMAGES. Deletion protection follows the scope's retention; a deploy switches it on once the
    table exists.
    """
    name = scope.name("table", logical_id)
    attributes = sorted({key, sort, *(part for index in indexes for part in (index.key, index.sort))})
    optional = {
        "GlobalSecondaryIndexes": [_index(index) for index in indexes] or None,
        "StreamSpecification": dynamodb.StreamSpecification(StreamViewType=stream) if stream else None,
    }
    resource = dynamodb.Table(
        logical_id,
        TableName=name,
        AttributeDefinitions=[
            dynamodb.AttributeDefinition(AttributeName=attribute, AttributeType="S")
            for attribute in attributes
        ],
        KeySchema=_keys(key, sort),
        BillingMode="PAY_PER_REQUEST",
        DeletionProtectionEnabled=scope.retain,
        ContributorInsightsSpecification=dynamodb.ContributorInsightsSpecification(
            Enabled=True, Mode="THROTTLED_KEYS"
        ),
        PointInTimeRecoverySpecification=dynamodb.PointInTimeRecoverySpecification(
            PointInTimeRecoveryEnabled=True, RecoveryPeriodInDays=RECOVERY_DAYS
        ),
        SSESpecification=dynamodb.SSESpecification(
            SSEEnabled=True, SSEType="KMS", KMSMasterKeyId=encryption.arn
        ),
        TimeToLiveSpecification=dynamodb.TimeToLiveSpecification(AttributeName="ttl", Enabled=True),
        Tags=scope.tag_list(name),
        **{key: value for key, value in optional.items() if value},
        **scope.data_policies,
    )
    return Table(
        logical_id=logical_id,
        physical_name=name,
        indexes=indexes,
        encryption=encryption,
        resources=(resource,),
    )


def _keys(partition: str, sort: str) -> list[dynamodb.KeySchema]:
    return [
        dynamodb.KeySchema(AttributeName=partition, KeyType="HASH"),
        dynamodb.KeySchema(AttributeName=sort, KeyType="RANGE"),
    ]


def _index(index: Index) -> dynamodb.GlobalSecondaryIndex:
    return dynamodb.GlobalSecondaryIndex(
        IndexName=index.name,
        KeySchema=_keys(index.key, index.sort),
        Projection=dynamodb.Projection(ProjectionType="ALL"),
        ContributorInsightsSpecification=dynamodb.ContributorInsightsSpecification(
            Enabled=True, Mode="THROTTLED_KEYS"
        ),
    )
