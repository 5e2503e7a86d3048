"""The catalog's templates: one key, logs, outputs and dependencies, item by item."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.golden.committed import COMMITTED, ENVIRONMENTS, Stack, changed, listed, references, rendered
from tests.support import ROOT

CATALOGS = [stack for stack in COMMITTED if stack.name == "catalog"]
every_catalog = pytest.mark.parametrize("stack", CATALOGS, ids=str)

KEY = {"Fn::GetAtt": ["DataKey", "Arn"]}
OUTPUTS = {
    "AccessLogGroupName": {"Ref": "RestApiAccessLogGroup"},
    "AlarmTopicArn": {"Ref": "Alarms"},
    "ApiFunctionName": None,
    "ApiId": {"Ref": "RestApi"},
    "ApiStage": "v1",
    "ApiUrl": {"Fn::Sub": "https://${RestApi}.execute-api.${AWS::Region}.${AWS::URLSuffix}/v1"},
    "CacheTtlSeconds": None,
    "DeadLettersUrl": {"Ref": "DeadLetters"},
    "EnvironmentSuffix": None,
    "ExecutionLogGroupName": {"Ref": "RestApiExecutionLogGroup"},
    "FunctionLogGroupName": {"Ref": "ApiLogGroup"},
    "KeyAlias": None,
    "KeyArn": KEY,
    "KeyId": {"Ref": "DataKey"},
    "TableArn": {"Fn::GetAtt": ["ProductsTable", "Arn"]},
    "TableName": {"Ref": "ProductsTable"},
}


def stage(stack: Stack) -> dict[str, Any]:
    (found,) = stack.properties("ApiGateway::Stage").values()
    return found


def settings(stack: Stack) -> dict[tuple[str, str], dict[str, Any]]:
    return {(one["ResourcePath"], one["HttpMethod"]): one for one in stage(stack)["MethodSettings"]}


def test_every_environment_has_a_catalog_in_its_primary_region() -> None:
    assert {str(stack) for stack in CATALOGS} == {
        f"{name}-{environment.regions[0]}-catalog" for name, environment in ENVIRONMENTS.items()
    }


@every_catalog
def test_code_stands_in_files(stack: Stack) -> None:
    """S2.1."""
    (function,) = stack.properties("Lambda::Function").values()
    assert function["Code"] == {"S3Bucket": {"Ref": "ArtifactBucket"}, "S3Key": {"Ref": "ApiCodeKey"}}
    assert function["Handler"] == "handlers.catalog.api.handler"
    assert (ROOT / "handlers" / "catalog" / "api.py").is_file()
    assert "ZipFile" not in stack.text


@every_catalog
def test_what_must_come_first_does(stack: Stack) -> None:
    """S2.2: by a reference where there is one, else by DependsOn."""
    edges = {
        title: set(references(one["Properties"])) | set(listed(one.get("DependsOn", [])))
        for title, one in stack.resources.items()
        if "Properties" in one
    }
    (deployment,) = stack.of("ApiGateway::Deployment")
    held = stack.of("ApiGateway::Method", "ApiGateway::GatewayResponse", "ApiGateway::Model")
    assert set(held) <= edges[deployment]
    assert {deployment, "RestApiExecutionLogGroup", "RestApiAccessLogGroup"} <= edges["RestApiStage"]
    assert {"ApiLogGroup", "ApiRole", "DataKey", "DeadLetters"} <= edges["ApiFunction"]
    assert {"ApiFunction"} <= edges["ApiVersion"]
    assert {"ApiVersion", "ApiFunction"} <= edges["ApiAlias"]
    assert {"ApiAlias", "RestApi"} <= edges["RestApiInvokePermission"]
    for title in stack.of("DynamoDB::Table", "Logs::LogGroup", "SQS::Queue", "SNS::Topic"):
        assert "DataKey" in edges[title], title
    if stack.environment.waf:
        assert "RestApiStage" in edges["WebAclAssociation"]


@every_catalog
def test_the_outputs_are_complete(stack: Stack) -> None:
    """S2.3: key id, ARN and alias, suffix, log groups, TTL and all that a caller needs."""
    outputs = {name: one["Value"] for name, one in stack.template["Outputs"].items()}
    environment = stack.environment
    told = {
        "ApiFunctionName": stack.resources["ApiFunction"]["Properties"]["FunctionName"],
        "CacheTtlSeconds": str(environment.caches["catalog"].ttl_s),
        "EnvironmentSuffix": environment.suffix or "none",
        "KeyAlias": stack.resources["DataKeyAlias"]["Properties"]["AliasName"],
    }
    assert outputs == {name: told.get(name, value) for name, value in OUTPUTS.items()}
    assert all(one["Description"] for one in stack.template["Outputs"].values())


def test_the_suffix_is_an_output_and_part_of_every_name() -> None:
    """S2.3."""
    blue = rendered(changed("prod", suffix="-blue"), "catalog")
    assert blue.template["Outputs"]["EnvironmentSuffix"]["Value"] == "-blue"
    assert blue.resources["ProductsTable"]["Properties"]["TableName"].startswith(
        "prod-us-west-2-catalog-blue-"
    )


@every_catalog
def test_the_table_is_recoverable_and_lists_without_a_scan(stack: Stack) -> None:
    """S2.5."""
    (table,) = stack.properties("DynamoDB::Table").values()
    assert table["PointInTimeRecoverySpecification"]["PointInTimeRecoveryEnabled"] is True
    indexes = {
        index["IndexName"]: [key["AttributeName"] for key in index["KeySchema"]]
        for index in table["GlobalSecondaryIndexes"]
    }
    assert indexes == {"CategoryIndex": ["category", "sku"], "ListingIndex": ["listing", "sku"]}


@every_catalog
def test_a_create_that_fails_leaves_nothing_and_a_stack_that_goes_leaves_the_data(stack: Stack) -> None:
    """S2.6."""
    kept = ("RetainExceptOnCreate", "Retain") if stack.environment.retain_data else ("Delete", "Delete")
    for title in stack.of("DynamoDB::Table", "KMS::Key", "Logs::LogGroup", "SQS::Queue"):
        one = stack.resources[title]
        assert (one["DeletionPolicy"], one["UpdateReplacePolicy"]) == kept, title
    protected = {"ProductsTable", *stack.of("Logs::LogGroup")} if stack.environment.retain_data else set()
    assert set(stack.metadata["ProtectLast"]) == protected


@every_catalog
def test_the_function_may_do_what_it_needs_and_no_more(stack: Stack) -> None:
    """S2.7: no Scan, no UpdateItem, no other index, no other key."""
    (policy,) = stack.resources["ApiRole"]["Properties"]["Policies"]
    allowed = {one["Sid"]: listed(one["Action"]) for one in policy["PolicyDocument"]["Statement"]}
    assert allowed == {
        "DecryptEnvironment": ["kms:Decrypt"],
        "DecryptWithDataKeyThroughDynamodb": ["kms:Decrypt"],
        "DecryptWithDataKeyThroughSecretsmanager": ["kms:Decrypt"],
        "EncryptWithDataKeyThroughSqs": ["kms:Decrypt", "kms:GenerateDataKey"],
        "QueryProductsTableCategoryIndex": ["dynamodb:Query"],
        "QueryProductsTableListingIndex": ["dynamodb:Query"],
        "ReadTokenKey": ["secretsmanager:GetSecretValue"],
        "SendToDeadLetters": ["sqs:SendMessage"],
        "UseProductsTable": ["dynamodb:DeleteItem", "dynamodb:GetItem", "dynamodb:PutItem"],
        "WriteLogs": ["logs:CreateLogStream", "logs:PutLogEvents"],
        "WriteTraces": ["xray:PutTelemetryRecords", "xray:PutTraceSegments"],
    }


@every_catalog
def test_one_key_encrypts_everything(stack: Stack) -> None:
    """S2.8: table, logs, topic, queue, secret, and the function's environment."""
    assert list(stack.of("KMS::Key")) == ["DataKey"]
    (table,) = stack.properties("DynamoDB::Table").values()
    assert table["SSESpecification"]["KMSMasterKeyId"] == KEY
    assert {json.dumps(one["KmsKeyId"]) for one in stack.properties("Logs::LogGroup").values()} == {
        json.dumps(KEY)
    }
    for kind, name in (
        ("SNS::Topic", "KmsMasterKeyId"),
        ("SQS::Queue", "KmsMasterKeyId"),
        ("SecretsManager::Secret", "KmsKeyId"),
        ("Lambda::Function", "KmsKeyArn"),
    ):
        assert [one[name] for one in stack.properties(kind).values()] == [KEY], kind


@every_catalog
def test_pages_of_example_com_may_call(stack: Stack) -> None:
    """S2.9: preflight and success by the function, 4xx and 5xx by the gateway."""
    (function,) = stack.properties("Lambda::Function").values()
    origins = function["Environment"]["Variables"]["ALLOWED_ORIGINS"].split(",")
    assert origins[0] == "https://example.com"
    responses = {
        one["ResponseType"]: one["ResponseParameters"]
        for one in stack.properties("ApiGateway::GatewayResponse").values()
    }
    assert {"DEFAULT_4XX", "DEFAULT_5XX", "THROTTLED", "INTEGRATION_TIMEOUT"} <= set(responses)
    allowed = {one["gatewayresponse.header.Access-Control-Allow-Origin"] for one in responses.values()}
    assert allowed == {"'https://example.com'"}
    preflights = {
        title
        for title, one in stack.properties("ApiGateway::Method").items()
        if one["HttpMethod"] == "OPTIONS"
    }
    assert len(preflights) == 3


@every_catalog
def test_requests_are_logged_and_bodies_are_not(stack: Stack) -> None:
    """S2.10."""
    destination = stage(stack)["AccessLogSetting"]["DestinationArn"]
    assert destination == {"Fn::GetAtt": ["RestApiAccessLogGroup", "Arn"]}
    for one in settings(stack).values():
        assert (one["LoggingLevel"], one["DataTraceEnabled"], one["MetricsEnabled"]) == ("INFO", False, True)
    assert stage(stack)["TracingEnabled"] is True


@every_catalog
def test_every_log_is_kept_for_two_weeks(stack: Stack) -> None:
    """S2.11: the execution log group too, which API Gateway would make without an end."""
    groups = stack.properties("Logs::LogGroup")
    assert {"ApiLogGroup", "RestApiAccessLogGroup", "RestApiExecutionLogGroup"} <= set(groups)
    assert {one["RetentionInDays"] for one in groups.values()} == {14}
    execution = groups["RestApiExecutionLogGroup"]["LogGroupName"]
    assert execution == {"Fn::Sub": "API-Gateway-Execution-Logs_${RestApi}/v1"}


@every_catalog
def test_lambda_gives_up_before_api_gateway_does(stack: Stack) -> None:
    """S2.12: the budget of the SDK, below both, is in tests/handlers/test_catalog_timeouts.py."""
    (function,) = stack.properties("Lambda::Function").values()
    waits = {one["Integration"]["TimeoutInMillis"] for one in stack.properties("ApiGateway::Method").values()}
    assert waits == {29_000}
    assert function["Timeout"] == stack.environment.apis["catalog"].timeout_s < 29


@every_catalog
def test_excuses_to_scanners_are_few_and_the_cache_needs_none(stack: Stack) -> None:
    """At most 1.5 in ten resources."""
    excuses = [
        str(one.get("id"))
        for resource in stack.resources.values()
        for scanner in resource.get("Metadata", {}).values()
        for found in scanner.values()
        for one in found
    ]
    assert "CKV_AWS_120" not in excuses
    assert len(excuses) <= 0.15 * len(stack.resources)
