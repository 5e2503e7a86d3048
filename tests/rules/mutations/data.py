"""Tables, buckets, keys, secrets and how long data lives."""

from __future__ import annotations

from tests.rules.mutations.change import (
    Mutation,
    Template,
    at,
    both,
    drop,
    foreign,
    production,
    put,
    remove,
    replace,
)

TABLE = "AWS::DynamoDB::Table"
GLOBAL = "AWS::DynamoDB::GlobalTable"
LOGS = "AWS::Logs::LogGroup"
SECRET = "AWS::SecretsManager::Secret"
ONE_REGION = "arn:aws:kms:us-west-2:111122223333:key/01234567-89ab-cdef-0123-456789abcdef"
REPLICA = ("Properties", "Replicas", 1)
INDEX = ("Properties", "GlobalSecondaryIndexes", 0)
ELSEWHERE = {"Fn::Sub": "arn:${AWS::Partition}:kms:eu-west-1:${AWS::AccountId}:key/mrk-0123"}


def _of_another_region(template: Template) -> str | None:
    """Replicas that leave the stack's own region out."""
    for name, resource in template["Resources"].items():
        if resource["Type"] == GLOBAL:
            template["Metadata"] = {"Gen": {"Region": "eu-west-1", "Production": True}}
            return str(name)
    return None


MUTATIONS = (
    Mutation("W9235", remove("AWS::EFS::FileSystem", "Properties", "Encrypted")),
    Mutation("W9235", replace("false", "AWS::EFS::FileSystem", "Properties", "Encrypted")),
    Mutation(
        "W9235", remove("AWS::OpenSearchService::Domain", "Properties", "EncryptionAtRestOptions", "Enabled")
    ),
    Mutation("W9201", remove(TABLE, "Properties", "PointInTimeRecoverySpecification")),
    Mutation(
        "W9201",
        replace(False, TABLE, "Properties", "PointInTimeRecoverySpecification", "PointInTimeRecoveryEnabled"),
    ),
    Mutation(
        "W9202", foreign(both(put("Delete", TABLE, "DeletionPolicy"), remove(TABLE, "UpdateReplacePolicy")))
    ),
    Mutation("W9202", foreign(both(remove(SECRET, "DeletionPolicy"), remove(SECRET, "UpdateReplacePolicy")))),
    Mutation("W9203", foreign(remove(TABLE, "UpdateReplacePolicy"))),
    Mutation("W9203", foreign(put("Delete", GLOBAL, "DeletionPolicy"))),
    Mutation("E9204", production(put("Delete", TABLE, "DeletionPolicy"))),
    Mutation("E9204", production(remove(TABLE, "UpdateReplacePolicy"))),
    Mutation("E9204", production(put("Delete", LOGS, "UpdateReplacePolicy"))),
    Mutation("E9204", production(remove("AWS::KMS::Key", "DeletionPolicy"))),
    Mutation("W9205", production(put(False, TABLE, "Properties", "DeletionProtectionEnabled"))),
    Mutation("W9205", remove("AWS::Cognito::UserPool", "Properties", "DeletionProtection")),
    Mutation("W9205", foreign(put("INACTIVE", "AWS::Cognito::UserPool", "Properties", "DeletionProtection"))),
    Mutation("W9206", replace("false", GLOBAL, *REPLICA, "DeletionProtectionEnabled")),
    Mutation("I9207", production(remove(LOGS, "Properties", "DeletionProtectionEnabled"))),
    Mutation(
        "I9208",
        remove("AWS::ElasticLoadBalancingV2::LoadBalancer", "Properties", "LoadBalancerAttributes", 0),
    ),
    Mutation("W9209", remove(GLOBAL, *REPLICA, "PointInTimeRecoverySpecification")),
    Mutation("W9210", remove(TABLE, "Properties", "SSESpecification")),
    Mutation(
        "W9210", replace("alias/aws/dynamodb", TABLE, "Properties", "SSESpecification", "KMSMasterKeyId")
    ),
    Mutation(
        "W9211",
        both(*(remove(GLOBAL, "Properties", "Replicas", place, "SSESpecification") for place in (0, 1))),
    ),
    Mutation("E9212", remove(GLOBAL, *REPLICA, "SSESpecification")),
    Mutation("E9212", remove(GLOBAL, *REPLICA, "SSESpecification", "KMSMasterKeyId")),
    Mutation("E9213", remove(GLOBAL, "Properties", "SSESpecification")),
    Mutation("E9214", replace(ELSEWHERE, GLOBAL, *REPLICA, "SSESpecification", "KMSMasterKeyId")),
    Mutation("E9215", replace("owner", GLOBAL, "Properties", "AttributeDefinitions", 2, "AttributeName")),
    Mutation("E9215", replace("buyer", GLOBAL, *INDEX, "KeySchema", 0, "AttributeName")),
    Mutation("E9215", remove(GLOBAL, "Properties", "AttributeDefinitions", 3)),
    Mutation("E9216", replace("us-west-2", GLOBAL, *REPLICA, "Region")),
    Mutation("E9216", _of_another_region),
    Mutation("E9217", remove(GLOBAL, "Properties", "StreamSpecification")),
    Mutation("E9218", replace("PROVISIONED", GLOBAL, "Properties", "BillingMode")),
    Mutation("E9218", remove(GLOBAL, "Properties", "BillingMode")),
    Mutation("E9219", remove(TABLE, *INDEX, "ProvisionedThroughput")),
    Mutation(
        "E9219",
        put({"ReadCapacityUnits": 5, "WriteCapacityUnits": 5}, TABLE, *INDEX, "ProvisionedThroughput"),
    ),
    Mutation("E9220", remove(GLOBAL, *INDEX, "Projection", "NonKeyAttributes")),
    Mutation("E9220", replace("ALL", GLOBAL, *INDEX, "Projection", "ProjectionType")),
    Mutation(
        "E9221", replace("CustomerIndex", GLOBAL, "Properties", "LocalSecondaryIndexes", 0, "IndexName")
    ),
    Mutation(
        "E9222",
        replace("sk", GLOBAL, "Properties", "LocalSecondaryIndexes", 0, "KeySchema", 0, "AttributeName"),
    ),
    Mutation("E9223", replace("sk", GLOBAL, "Properties", "TimeToLiveSpecification", "AttributeName")),
    Mutation(
        "E9223",
        put({"AttributeName": "pk", "Enabled": "true"}, TABLE, "Properties", "TimeToLiveSpecification"),
    ),
    Mutation("I9224", at(False, "AuditTable", "Properties", "ContributorInsightsSpecification", "Enabled")),
    Mutation("E9225", put("hunter2", SECRET, "Properties", "SecretString")),
    Mutation("E9225", put('{"user": "a", "password": "b"}', SECRET, "Properties", "SecretString")),
    Mutation("W9226", remove(SECRET, "Properties", "KmsKeyId")),
    Mutation("E9227", remove(SECRET, "Properties", "GenerateSecretString", "GenerateStringKey")),
    Mutation("E9227", replace("key", SECRET, "Properties", "GenerateSecretString", "SecretStringTemplate")),
    Mutation("I9228", drop("CredentialsRotation")),
    Mutation("W9229", at("/directory/database-password", "Setting", "Properties", "Name")),
    Mutation("I9230", drop("DataKeyAlias")),
    Mutation("I9230", drop("KeyAlias")),
    Mutation("E9231", put(ONE_REGION, "AWS::KMS::ReplicaKey", "Properties", "PrimaryKeyArn")),
    Mutation("W9232", drop("Scaling")),
    Mutation(
        "E9233",
        put([{"Region": "us-east-1", "KmsKeyId": ELSEWHERE}], SECRET, "Properties", "ReplicaRegions"),
    ),
    Mutation("W9234", put([{"Region": "us-east-1"}], SECRET, "Properties", "ReplicaRegions")),
    Mutation("I9207", at(False, "ScanLogs", "Properties", "DeletionProtectionEnabled")),
)
