"""Rules about data in the forms that people and generators write."""

from __future__ import annotations

import pytest

from tests.rules.forms import found

TABLE = """
Resources:
  Table:
    Type: AWS::DynamoDB::Table
    {attributes}
    Properties: {{KeySchema: [{{AttributeName: pk, KeyType: HASH}}], {properties}}}
"""
GLOBAL = """
Parameters:
  Region: {{Type: String, AllowedValues: [us-west-2, us-east-1]}}
  Anywhere: {{Type: String}}
Conditions:
  Two: !Equals [!Ref Region, us-west-2]
  Never: !Equals [a, b]
Resources:
  Key: {{Type: "AWS::KMS::Key"}}
  Table:
    Type: AWS::DynamoDB::GlobalTable
    Properties:
      AttributeDefinitions: [{{AttributeName: pk, AttributeType: S}}]
      KeySchema: [{{AttributeName: pk, KeyType: HASH}}]
      {properties}
"""


def table(attributes: str = "", properties: str = "") -> str:
    return TABLE.format(attributes=attributes, properties=properties)


def global_table(properties: str) -> str:
    return GLOBAL.format(properties=properties)


@pytest.mark.parametrize(
    ("attributes", "rules"),
    [
        ("", ["W9202"]),
        ("DeletionPolicy: Delete", ["W9202"]),
        ("DeletionPolicy: Retain", ["W9203"]),
        ("UpdateReplacePolicy: Retain", ["W9203"]),
        ('"DeletionPolicy": "RetainExceptOnCreate"\n    "UpdateReplacePolicy": "Retain"', []),
        ("DeletionPolicy: !Ref Chosen\n    UpdateReplacePolicy: Retain", []),
    ],
)
def test_both_policies_keep_a_table_or_a_rule_says_which_does_not(attributes: str, rules: list[str]) -> None:
    text = table(attributes)
    assert [rule for rule in ("W9202", "W9203", "E9204") if found(rule, text)] == rules


def test_a_database_instance_is_kept_as_a_snapshot_unless_told_otherwise() -> None:
    plain = "Resources: {Db: {Type: 'AWS::RDS::DBInstance', UpdateReplacePolicy: Snapshot, Properties: {}}}"
    assert found("W9202", plain) == found("W9203", plain) == []
    assert found("W9203", plain.replace("UpdateReplacePolicy: Snapshot, ", "")) == ["Resources/Db"]
    member = plain.replace(
        "Properties: {}", "DeletionPolicy: Delete, Properties: {DBClusterIdentifier: !Ref C}"
    )
    assert found("W9203", member.replace("UpdateReplacePolicy: Snapshot, ", "")) == []


def test_a_table_of_an_environment_that_may_be_thrown_away_may_go_with_it() -> None:
    dev = "Metadata: {Gen: {Production: false}}" + table(
        "DeletionPolicy: Delete\n    UpdateReplacePolicy: Delete"
    )
    assert found("W9202", dev) == found("W9205", dev) == []


@pytest.mark.parametrize(
    ("value", "bad"),
    [
        ("true", False),
        ("'true'", False),
        ("false", True),
        ("'False'", True),
        ("!Ref Choice", False),
        ("[]", True),
    ],
)
def test_deletion_protection_is_read_from_booleans_and_texts(value: str, bad: bool) -> None:
    assert bool(found("W9205", table("", f"DeletionProtectionEnabled: {value}"))) is bad


def test_a_key_behind_a_condition_is_a_key() -> None:
    chosen = "SSESpecification: {SSEEnabled: true, KMSMasterKeyId: !If [Own, !Ref Key, !Ref 'AWS::NoValue']}"
    assert found("W9210", table("", chosen)) == []
    assert found("W9210", table("", "SSESpecification: {SSEEnabled: true}"))


@pytest.mark.parametrize(
    ("replica", "places"),
    [
        ("{Region: us-east-1}", ["Resources/Table/Properties/Replicas/1"]),
        ("{Region: us-east-1, SSESpecification: {KMSMasterKeyId: !Ref Anywhere}}", []),
        (
            "!If [Two, {Region: us-east-1}, !Ref 'AWS::NoValue']",
            ["Resources/Table/Properties/Replicas/1/Fn::If/1"],
        ),
        ("!If [Never, {Region: us-east-1}, !Ref 'AWS::NoValue']", []),
    ],
)
def test_a_replica_has_its_own_key_where_another_has_one(replica: str, places: list[str]) -> None:
    first = "{Region: us-west-2, SSESpecification: {KMSMasterKeyId: !Ref Anywhere}}"
    text = global_table(f"SSESpecification: {{SSEEnabled: true}}\n      Replicas: [{first}, {replica}]")
    assert found("E9212", text) == places


def test_one_key_of_the_template_cannot_serve_two_regions() -> None:
    replica = "{{Region: {}, SSESpecification: {{KMSMasterKeyId: {}}}}}"
    two = ", ".join(replica.format(region, "!GetAtt Key.Arn") for region in ("us-west-2", "us-east-1"))
    assert found("E9214", global_table(f"Replicas: [{two}]"))
    one = f"{replica.format('us-west-2', '!GetAtt Key.Arn')}, {replica.format('us-east-1', '!Ref Anywhere')}"
    assert found("E9214", global_table(f"Replicas: [{one}]")) == []
    arn = '!Sub "arn:${AWS::Partition}:kms:${AWS::Region}:${AWS::AccountId}:key/mrk-1"'
    assert found("E9214", global_table(f"Replicas: [{replica.format('us-east-1', arn)}]")) == []


def test_a_region_that_only_a_deployment_knows_repeats_nothing() -> None:
    assert found("E9216", global_table("Replicas: [{Region: !Ref Anywhere}, {Region: !Ref Anywhere}]")) == []
    assert found("E9216", global_table("Replicas: [{Region: us-west-2}, {Region: us-west-2}]"))


def test_a_global_table_without_a_billing_mode_is_provisioned() -> None:
    place = ["Resources/Table/Properties"]
    assert found("E9218", global_table("Replicas: []")) == place
    settings = "WriteProvisionedThroughputSettings: {WriteCapacityAutoScalingSettings: {MinCapacity: 1}}"
    assert found("E9218", global_table(settings)) == []
    assert found("E9218", global_table(f"BillingMode: PAY_PER_REQUEST\n      {settings}"))


def test_definitions_that_are_chosen_at_deployment_are_not_judged() -> None:
    text = global_table("Replicas: []").replace(
        "AttributeName: pk, AttributeType", "AttributeName: other, AttributeType"
    )
    assert len(found("E9215", text)) == 2
    assert found("E9215", text.replace("AttributeName: other", "AttributeName: !Ref Anywhere")) == []
    unsure = text.replace(
        "KeySchema: [", "KeySchema: !If [Two, [{AttributeName: other, KeyType: HASH}], ["
    ).replace("KeyType: HASH}]\n", "KeyType: HASH}]]\n")
    assert found("E9215", unsure) != found("E9215", text)


SECRET = "Resources: {{S: {{Type: 'AWS::SecretsManager::Secret', Properties: {{SecretString: {}}}}}}}"


@pytest.mark.parametrize(
    ("value", "bad"),
    [
        ("hunter2", True),
        ("changeme", False),
        ("'<put the token here>'", False),
        ('\'{"user": "admin", "password": "TO-DO"}\'', True),
        ('\'{"user": "admin", "password": "replace-me"}\'', False),
        ('\'{"user": "admin", "host": "db"}\'', False),
        ('!Sub \'{"password": "x", "host": "${Db.Endpoint.Address}"}\'', True),
        ("!Sub hunter2", True),
        ("!Join ['', [hun, ter2]]", True),
        ('\'{"password": "x"}\'', True),
        ("'{}'", False),
        ('\'{"password": ""}\'', False),
        ("!Ref Given", False),
        ("'{{resolve:ssm-secure:/a:1}}'", False),
        ('!Sub \'{"host": "${Db.Endpoint.Address}"}\'', False),
    ],
)
def test_a_secret_that_is_spelt_out_is_found_in_every_spelling(value: str, bad: bool) -> None:
    assert bool(found("E9225", SECRET.format(value))) is bad


@pytest.mark.parametrize(
    ("name", "value", "bad"),
    [
        ("/app/db-password", "x", True),
        ("/app/DbPassword", "x", True),
        ("/app/api_key", "x", True),
        ("/app/secret-name", "x", False),
        ("/app/db-secret", "arn:aws:secretsmanager:us-west-2:1:secret:x", False),
        ("/app/page-token-lifetime", "x", False),
    ],
)
def test_a_parameter_is_judged_by_what_it_is_called(name: str, value: str, bad: bool) -> None:
    properties = f"{{Name: {name}, Type: String, Value: '{value}'}}"
    text = f"Resources: {{P: {{Type: 'AWS::SSM::Parameter', Properties: {properties}}}}}"
    assert bool(found("W9229", text)) is bad
