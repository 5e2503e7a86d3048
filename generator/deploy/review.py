"""What a change set would do to data, and which of it a person must name before it happens. Pure."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable

from generator.deploy import nested
from generator.deploy.cloud import Change
from generator.deploy.failure import NESTED

# Types that hold data, or an identity that cannot be made again. Losing one is not undone by a rollback.
# A nested stack may hold any of them.
STATEFUL = frozenset(
    {
        "AWS::Backup::BackupVault",
        "AWS::CloudFormation::Stack",
        "AWS::Cognito::UserPool",
        "AWS::DocDB::DBCluster",
        "AWS::DocDB::DBInstance",
        "AWS::DynamoDB::GlobalTable",
        "AWS::DynamoDB::Table",
        "AWS::EC2::Volume",
        "AWS::ECR::Repository",
        "AWS::EFS::FileSystem",
        "AWS::ElastiCache::ReplicationGroup",
        "AWS::FSx::FileSystem",
        "AWS::KMS::Key",
        "AWS::KMS::ReplicaKey",
        "AWS::Kinesis::Stream",
        "AWS::Logs::LogGroup",
        "AWS::MemoryDB::Cluster",
        "AWS::Neptune::DBCluster",
        "AWS::Neptune::DBInstance",
        "AWS::OpenSearchService::Domain",
        "AWS::RDS::DBCluster",
        "AWS::RDS::DBInstance",
        "AWS::RDS::GlobalCluster",
        "AWS::Redshift::Cluster",
        "AWS::Route53::HostedZone",
        "AWS::S3::Bucket",
        "AWS::S3Express::DirectoryBucket",
        "AWS::SQS::Queue",
        "AWS::SecretsManager::Secret",
        "AWS::Timestream::Table",
    }
)


# Actions that make a resource, take one in or change it. Of any other one, the worst is assumed.
KEEPING = frozenset({"Add", "Import", "Modify", "SyncWithActual"})
# Switched without interruption for every type that has them (CloudFormation template reference).
PROTECTIONS = frozenset({"DeletionProtection", "DeletionProtectionEnabled"})


def only_protects(change: Change) -> bool:
    """Whether nothing changes but deletion protection, which may be called a perhaps replacement."""
    names = {detail.name for detail in change.details}
    return bool(names) and names <= PROTECTIONS and change.replacement != "True"


def replaces(change: Change) -> bool:
    """Whether CloudFormation would make a new resource in place of this one, for sure or perhaps.

    A nested stack that is perhaps replaced is not: what happens in it depends on its template, and is told as
    changes of its own ("AWS::CloudFormation::Stack" in the template reference: some interruptions).
    """
    told = change.replacement in {"", "True", "False"}
    perhaps = not told or change.policy_action.startswith("ReplaceAnd")
    return (
        change.action == "Modify"
        and not only_protects(change)
        and (change.replacement == "True" or (perhaps and change.type != NESTED))
    )


def loses(change: Change) -> bool:
    """Whether this resource would be taken out of the stack or replaced.

    A policy that retains the old resource does not change that: the stack goes on without its data. An action
    that is not told before ("Dynamic"), or that this version does not know, may do so too; that of a nested
    stack is told by what is in it.
    """
    unsure = change.action not in KEEPING and change.type != NESTED
    return change.action == "Remove" or unsure or replaces(change)


def dangerous(changes: Iterable[Change]) -> tuple[Change, ...]:
    """Replacements and removals of stateful resources, by logical id."""
    found = [change for change in changes if loses(change) and change.type in STATEFUL]
    return tuple(sorted(found, key=lambda change: change.logical_id))


def unconsented(changes: Iterable[Change], allowed: Collection[str]) -> tuple[Change, ...]:
    """Dangerous changes of resources whose logical id is not among ``allowed``."""
    return tuple(change for change in dangerous(changes) if change.logical_id not in allowed)


def untold(changes: Iterable[Change], allowed: Collection[str]) -> tuple[Change, ...]:
    """Nested stacks that change, which nobody can look into, and whose logical id is not ``allowed``."""
    return tuple(
        change for change in changes if nested.is_untold(change) and change.logical_id not in allowed
    )


def by_weight(changes: Iterable[Change]) -> tuple[Change, ...]:
    """Changes in the order a person should read them: data first, then replacements, removals, the rest."""

    def weight(change: Change) -> tuple[int, str]:
        if loses(change):
            return (0 if change.type in STATEFUL else 1), change.logical_id
        return {"Remove": 2, "Modify": 3}.get(change.action, 4), change.logical_id

    return tuple(sorted(changes, key=weight))


def stack_policy(allowed: Collection[str]) -> str:
    """Policy of a production stack: stateful resources are not replaced or deleted, except those ``allowed``.

    Canonical text, so that the policy in force can be compared. "Prevent updates to stack resources" in the
    CloudFormation User Guide.
    """
    exempt = [f"LogicalResourceId/{logical_id}" for logical_id in sorted(allowed)]
    deny: dict[str, object] = {
        "Effect": "Deny",
        "Action": ["Update:Replace", "Update:Delete"],
        "Principal": "*",
        "Condition": {"StringEquals": {"ResourceType": sorted(STATEFUL)}},
        **({"NotResource": exempt} if exempt else {"Resource": "*"}),
    }
    allow = {"Effect": "Allow", "Action": "Update:*", "Principal": "*", "Resource": "*"}
    return json.dumps({"Statement": [allow, deny]}, sort_keys=True, separators=(",", ":"))


def same_policy(text: str, other: str) -> bool:
    """Whether two policy texts say the same. Text that is no JSON equals nothing."""
    try:
        return bool(json.loads(text) == json.loads(other))
    except ValueError:
        return False
