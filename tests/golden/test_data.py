"""Everything that holds data: encrypted, recoverable, closed, kept where the environment says so."""

from __future__ import annotations

from typing import Any

import pytest

from tests.golden.committed import COMMITTED, Stack, changed, every_stack, listed, rendered, stacks_with

HOLDS_DATA = (
    "DynamoDB::Table",
    "KMS::Key",
    "Logs::LogGroup",
    "S3::Bucket",
    "SecretsManager::Secret",
    "SQS::Queue",
)
KEPT = ("RetainExceptOnCreate", "Retain")
GONE = ("Delete", "Delete")


def policies(stack: Stack) -> dict[str, tuple[str, str]]:
    """DeletionPolicy and UpdateReplacePolicy of what holds data."""
    return {
        title: (one["DeletionPolicy"], one["UpdateReplacePolicy"])
        for title, one in stack.of(*HOLDS_DATA).items()
    }


def key_of(stack: Stack) -> dict[str, Any]:
    """How resources name the stack's one key."""
    (key,) = stack.of("KMS::Key")
    return {"Fn::GetAtt": [key, "Arn"]}


def denies_plain_http(document: dict[str, Any]) -> bool:
    return any(
        statement["Effect"] == "Deny"
        and statement["Principal"] in ("*", {"AWS": "*"})
        and statement.get("Condition") == {"Bool": {"aws:SecureTransport": "false"}}
        for statement in document["Statement"]
    )


@every_stack
def test_data_is_kept_where_the_environment_says_so(stack: Stack) -> None:
    """S1.6, S2.6, S4.1: RetainExceptOnCreate lets a create that failed clean up after itself."""
    assert set(policies(stack).values()) == {KEPT if stack.environment.retain_data else GONE}


def test_data_of_an_environment_without_retention_goes_with_its_stack() -> None:
    """S1.6: the switch is the environment's, and it turns every resource."""
    for name in ("bootstrap", "items"):
        assert set(policies(rendered(changed("staging", retain_data=False), name)).values()) == {GONE}
        assert set(policies(rendered(changed("staging", retain_data=True), name)).values()) == {KEPT}


@every_stack
def test_deletion_protection_goes_with_retention(stack: Stack) -> None:
    """S2.6."""
    for title, one in stack.properties("DynamoDB::Table", "Logs::LogGroup").items():
        assert one["DeletionProtectionEnabled"] is stack.environment.retain_data, title


@every_stack
def test_policies_are_literals(stack: Stack) -> None:
    """S1.6: a reference there depends on a transform."""
    for one in stack.resources.values():
        for name in ("DeletionPolicy", "UpdateReplacePolicy"):
            assert one.get(name, "Delete") in {"Delete", "Retain", "RetainExceptOnCreate"}


@every_stack
def test_log_groups_are_encrypted_and_forget(stack: Stack) -> None:
    """S2.11: retention of 14 days in every committed environment."""
    for title, group in stack.properties("Logs::LogGroup").items():
        assert group["KmsKeyId"] == key_of(stack), title
        assert group["RetentionInDays"] == stack.environment.log_retention_days == 14, title


@stacks_with("DynamoDB::Table")
def test_tables_are_recoverable_encrypted_and_forget_by_ttl(stack: Stack) -> None:
    """S0.4, S1.2, S2.5."""
    for title, table in stack.properties("DynamoDB::Table").items():
        recovery = table["PointInTimeRecoverySpecification"]
        assert recovery == {"PointInTimeRecoveryEnabled": True, "RecoveryPeriodInDays": 35}, title
        encryption = table["SSESpecification"]
        assert encryption == {"KMSMasterKeyId": key_of(stack), "SSEEnabled": True, "SSEType": "KMS"}, title
        assert table["TimeToLiveSpecification"] == {"AttributeName": "ttl", "Enabled": True}, title
        assert table["BillingMode"] == "PAY_PER_REQUEST", title


@stacks_with("DynamoDB::Table")
def test_the_attributes_of_a_table_are_those_of_its_keys(stack: Stack) -> None:
    """S1.2: DynamoDB refuses a definition that no key uses."""
    for title, table in stack.properties("DynamoDB::Table").items():
        schemas = [
            table["KeySchema"],
            *(one["KeySchema"] for one in table.get("GlobalSecondaryIndexes", [])),
        ]
        used = {key["AttributeName"] for schema in schemas for key in schema}
        assert {one["AttributeName"] for one in table["AttributeDefinitions"]} == used, title
        assert all([key["KeyType"] for key in schema] == ["HASH", "RANGE"] for schema in schemas), title


@pytest.mark.parametrize("stack", [one for one in COMMITTED if one.name == "items"], ids=str)
def test_the_items_table_has_its_index_and_its_stream(stack: Stack) -> None:
    """S0.4."""
    table = stack.properties("DynamoDB::Table")["ItemsTable"]
    (index,) = table["GlobalSecondaryIndexes"]
    assert index["IndexName"] == "OwnerIndex"
    assert [key["AttributeName"] for key in index["KeySchema"]] == ["owner", "created_at"]
    assert index["Projection"] == {"ProjectionType": "ALL"}
    assert table["StreamSpecification"] == {"StreamViewType": "NEW_AND_OLD_IMAGES"}


@every_stack
def test_queues_topics_secrets_and_buckets_are_encrypted_with_the_stacks_key(stack: Stack) -> None:
    """S3.10."""
    key = key_of(stack)
    for queue in stack.properties("SQS::Queue").values():
        assert queue["KmsMasterKeyId"] == key
        # A message that was given up keeps its age: it must not be forgotten soon after.
        days = 7 if "RedrivePolicy" in queue else 14
        assert queue["MessageRetentionPeriod"] == days * 24 * 3600
    for bus in stack.properties("Events::EventBus").values():
        assert bus["KmsKeyIdentifier"] == key
    for topic in stack.properties("SNS::Topic").values():
        assert topic["KmsMasterKeyId"] == key
    for secret in stack.properties("SecretsManager::Secret").values():
        assert secret["KmsKeyId"] == key
    for bucket in stack.properties("S3::Bucket").values():
        (rule,) = bucket["BucketEncryption"]["ServerSideEncryptionConfiguration"]
        assert rule["BucketKeyEnabled"] is True
        assert rule["ServerSideEncryptionByDefault"] == {"KMSMasterKeyID": key, "SSEAlgorithm": "aws:kms"}


@every_stack
def test_queues_topics_and_buckets_refuse_plain_http(stack: Stack) -> None:
    wanted = {
        "SQS::Queue": ("SQS::QueuePolicy", "Queues"),
        "SNS::Topic": ("SNS::TopicPolicy", "Topics"),
        "S3::Bucket": ("S3::BucketPolicy", "Bucket"),
    }
    for kind, (policy_kind, names) in wanted.items():
        held = {
            one["Ref"]
            for policy in stack.properties(policy_kind).values()
            if denies_plain_http(policy["PolicyDocument"])
            for one in listed(policy[names])
        }
        assert held == set(stack.of(kind))


@stacks_with("S3::Bucket")
def test_buckets_are_private_versioned_and_take_our_key_only(stack: Stack) -> None:
    for title, bucket in stack.properties("S3::Bucket").items():
        assert all(bucket["PublicAccessBlockConfiguration"].values())
        assert len(bucket["PublicAccessBlockConfiguration"]) == 4
        assert bucket["VersioningConfiguration"] == {"Status": "Enabled"}
        assert bucket["OwnershipControls"] == {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]}
        (policy,) = stack.properties("S3::BucketPolicy").values()
        (foreign,) = (one for one in policy["PolicyDocument"]["Statement"] if one["Sid"] == "DenyOtherKeys")
        assert foreign["Effect"] == "Deny"
        assert foreign["Resource"] == [{"Fn::Sub": f"${{{title}.Arn}}/*"}]


@every_stack
def test_keys_rotate_and_leave_a_month_to_change_ones_mind(stack: Stack) -> None:
    (key,) = stack.properties("KMS::Key").values()
    assert key["EnableKeyRotation"] is True
    assert key["PendingWindowInDays"] == 30
    assert any("PutKeyPolicy" in str(one["Action"]) for one in key["KeyPolicy"]["Statement"])


@stacks_with("SNS::Topic")
def test_mail_is_sent_only_where_an_address_is_given(stack: Stack) -> None:
    """S4.6."""
    parameter = stack.template["Parameters"]["NotificationEmail"]
    assert parameter["Default"] == (stack.environment.notification_email or "")
    (subscription,) = stack.of("SNS::Subscription").values()
    assert subscription["Condition"] == "HasNotificationEmail"
    assert subscription["Properties"]["Endpoint"] == {"Ref": "NotificationEmail"}
    assert stack.template["Conditions"]["HasNotificationEmail"] == {
        "Fn::Not": [{"Fn::Equals": [{"Ref": "NotificationEmail"}, ""]}]
    }


@every_stack
def test_every_parameter_says_what_it_takes(stack: Stack) -> None:
    """S4.6."""
    for name, parameter in stack.template.get("Parameters", {}).items():
        assert parameter["Type"] == "String", name
        assert parameter["AllowedPattern"].startswith("^"), name
        assert parameter["AllowedPattern"].endswith("$"), name
        assert parameter["Description"], name
