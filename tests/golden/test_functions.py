"""Every Lambda function in every template."""

from __future__ import annotations

import ast
import re
from typing import Any

import pytest

from generator.config import ApiSettings, FunctionSize, WorkerSettings, load_environments
from generator.names import kebab
from tests.golden.committed import COMMITTED, Stack, committed, every_stack, references, stacks_with, strings
from tests.support import ROOT

every_function_stack = stacks_with("Lambda::Function")

API_LIMIT_S = 29  # API Gateway quotas, "Integration timeout"
NAMES_AND_SETTINGS = {
    "ALLOWED_ORIGINS",
    "AUDIT_TABLE_NAME",
    "CATEGORY_INDEX",
    "ENVIRONMENT",
    "LISTING_INDEX",
    "MAX_BODY_BYTES",
    "MAX_RECEIVES",
    "OWNER_INDEX",
    "POWERTOOLS_LOG_LEVEL",
    "POWERTOOLS_METRICS_NAMESPACE",
    "POWERTOOLS_SERVICE_NAME",
    "REJECTIONS_TABLE_NAME",
    "SETTINGS_PARAMETER_NAME",
    "STATUS_INDEX",
    "TABLE_NAME",
    "TOKEN_SECRET_NAME",
    "TOPIC_ARN",
}
COMMON = {
    "ENVIRONMENT",
    "POWERTOOLS_LOG_LEVEL",
    "POWERTOOLS_METRICS_NAMESPACE",
    "POWERTOOLS_SERVICE_NAME",
}
HANDLERS = sorted(
    {one["Handler"] for stack in COMMITTED for one in stack.properties("Lambda::Function").values()}
)


def functions(stack: Stack) -> dict[str, dict[str, Any]]:
    return stack.properties("Lambda::Function")


def alias_of(stack: Stack, function: str) -> str:
    """Logical id of the one alias of a function."""
    found = stack.properties("Lambda::Alias")
    (alias,) = (title for title, one in found.items() if one["FunctionName"] == {"Ref": function})
    return alias


def behind_an_api(stack: Stack) -> set[str]:
    """Functions whose alias API Gateway may invoke."""
    aliases = {one["FunctionName"]["Ref"] for one in stack.properties("Lambda::Permission").values()}
    return {title for title in functions(stack) if alias_of(stack, title) in aliases}


@every_function_stack
def test_functions_log_json_to_a_group_of_their_own_with_retention_and_key(stack: Stack) -> None:
    """S2.11."""
    groups = [one["LoggingConfig"]["LogGroup"]["Ref"] for one in functions(stack).values()]
    assert len(groups) == len(set(groups))
    for title, function in functions(stack).items():
        assert function["LoggingConfig"]["LogFormat"] == "JSON", title
        group = stack.resources[function["LoggingConfig"]["LogGroup"]["Ref"]]["Properties"]
        assert group["LogGroupName"] == f"/aws/lambda/{function['FunctionName']}"
        assert group["RetentionInDays"] == stack.environment.log_retention_days
        assert group["KmsKeyId"] == function["KmsKeyArn"]


@every_function_stack
def test_the_environment_of_a_function_is_encrypted_with_the_stacks_key(stack: Stack) -> None:
    """S2.8."""
    (key,) = stack.of("KMS::Key")
    for title, function in functions(stack).items():
        assert function["KmsKeyArn"] == {"Fn::GetAtt": [key, "Arn"]}, title


@every_function_stack
def test_the_environment_of_a_function_holds_names_and_settings_only(stack: Stack) -> None:
    """S1.8: a secret is named, never held."""
    secrets = set(stack.of("SecretsManager::Secret"))
    for title, function in functions(stack).items():
        variables = function["Environment"]["Variables"]
        assert set(variables) <= NAMES_AND_SETTINGS, title
        assert set(variables) >= COMMON, title
        assert not set(references(variables)) & secrets, title
        for text in strings(variables):
            assert "{{resolve" not in text
            assert not re.search(r"[A-Za-z0-9+/_]{32,}", text), f"{title}: {text} looks like a secret"


@every_stack
def test_no_template_resolves_a_secret(stack: Stack) -> None:
    """S1.8."""
    for text in strings(stack.template):
        assert "{{resolve" not in text
        assert "BEGIN" not in text
    for secret in stack.properties("SecretsManager::Secret").values():
        assert "SecretString" not in secret
        assert secret["GenerateSecretString"]["SecretStringTemplate"] == "{}"
        assert secret["GenerateSecretString"]["PasswordLength"] == 64


@every_stack
def test_code_comes_from_a_bucket_and_never_stands_in_the_template(stack: Stack) -> None:
    """S1.3, S2.1."""
    assert "ZipFile" not in stack.text
    assert "InlineCode" not in stack.text
    for function in functions(stack).values():
        assert set(function["Code"]) == {"S3Bucket", "S3Key"}
        assert function["Code"]["S3Bucket"] == {"Ref": "ArtifactBucket"}


@every_function_stack
def test_what_a_function_cannot_take_goes_to_a_queue_that_it_may_write_to(stack: Stack) -> None:
    """S3.18."""
    for title, function in functions(stack).items():
        queue = function["DeadLetterConfig"]["TargetArn"]["Fn::GetAtt"][0]
        assert stack.resources[queue]["Type"] == "AWS::SQS::Queue"
        policy = stack.resources[function["Role"]["Fn::GetAtt"][0]]["Properties"]["Policies"][0]
        sends = [
            one["Resource"]
            for one in policy["PolicyDocument"]["Statement"]
            if "sqs:SendMessage" in one["Action"]
        ]
        assert [{"Fn::GetAtt": [queue, "Arn"]}] in sends, title


@every_function_stack
def test_callers_invoke_the_alias_of_a_published_version(stack: Stack) -> None:
    for title in functions(stack):
        alias = stack.resources[alias_of(stack, title)]["Properties"]
        assert alias["Name"] == "live"
        version_id, attribute = alias["FunctionVersion"]["Fn::GetAtt"]
        version = stack.resources[version_id]
        assert (version["Type"], attribute) == ("AWS::Lambda::Version", "Version")
        assert version["Properties"]["FunctionName"] == {"Ref": title}
        assert version["UpdateReplacePolicy"] == "Retain"
    aliases = set(stack.of("Lambda::Alias"))
    for mapping in stack.properties("Lambda::EventSourceMapping").values():
        assert mapping["FunctionName"]["Ref"] in aliases
    for method in stack.properties("ApiGateway::Method").values():
        assert aliases & set(references(method["Integration"]["Uri"]))


@every_function_stack
def test_a_function_behind_an_api_ends_before_the_api_gives_up(stack: Stack) -> None:
    """S1.10, S2.12."""
    assert behind_an_api(stack)
    for title in behind_an_api(stack):
        assert 0 < functions(stack)[title]["Timeout"] < API_LIMIT_S
        assert functions(stack)[title]["MemorySize"] >= 256


@every_function_stack
def test_functions_have_the_sizes_of_the_environment_file(stack: Stack) -> None:
    """S0.3, S1.10."""
    for title, function in functions(stack).items():
        size = size_of(stack, title)
        assert (function["MemorySize"], function["Timeout"]) == (size.memory_mb, size.timeout_s)
        assert function.get("ReservedConcurrentExecutions") == size.reserved_concurrency
    timeouts = [function["Timeout"] for function in functions(stack).values()]
    assert len(set(timeouts)) == len(timeouts), "no two functions of a system do the same work"


def size_of(stack: Stack, function: str) -> ApiSettings | FunctionSize | WorkerSettings:
    """What the environment file says of a function."""
    environment = stack.environment
    if function not in behind_an_api(stack):
        return environment.workers[f"{stack.name}-{kebab(function.removesuffix('Function'))}"]
    settings = environment.apis[stack.name]
    return settings.writer if function == "WriteFunction" and settings.writer else settings


@every_function_stack
def test_functions_are_traced_and_run_on_a_supported_runtime(stack: Stack) -> None:
    """S3.6: cfn-lint has a finding for a runtime that is deprecated."""
    for function in functions(stack).values():
        assert function["Runtime"] == "python3.14"
        assert function["Architectures"] == ["arm64"]
        assert function["TracingConfig"] == {"Mode": "Active"}


@every_function_stack
def test_what_scanners_are_told_to_overlook_has_a_reason(stack: Stack) -> None:
    for title, resource in stack.resources.items():
        metadata = resource.get("Metadata", {})
        assert set(metadata) <= {"checkov", "cfn_nag"}, title
        for skip in metadata.get("checkov", {}).get("skip", []):
            assert len(skip["comment"]) > 20, title
        for rule in metadata.get("cfn_nag", {}).get("rules_to_suppress", []):
            assert len(rule["reason"]) > 20, title


@pytest.mark.parametrize("handler", HANDLERS)
def test_a_handler_string_names_a_function_that_exists(handler: str) -> None:
    """S1.1."""
    module, _, name = handler.rpartition(".")
    tree = ast.parse((ROOT / f"{module.replace('.', '/')}.py").read_text(encoding="utf-8"))
    functions = {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef)}
    assert name in functions
    assert len(functions[name].args.args) == 2, "Lambda calls it with an event and a context"


def test_the_stream_mapping_retries_bisects_and_puts_aside() -> None:
    """S0.4."""
    stack = committed("prod", "us-west-2", "items")
    (mapping,) = stack.properties("Lambda::EventSourceMapping").values()
    assert mapping["EventSourceArn"] == {"Fn::GetAtt": ["ItemsTable", "StreamArn"]}
    assert mapping["FilterCriteria"]["Filters"] == [
        {"Pattern": '{"dynamodb":{"Keys":{"pk":{"S":[{"prefix":"ITEM#"}]}}}}'}
    ]
    assert mapping["BatchSize"] == 100
    assert mapping["BisectBatchOnFunctionError"] is True
    assert mapping["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
    assert 0 < mapping["MaximumRetryAttempts"] <= 10
    assert 0 < mapping["MaximumRecordAgeInSeconds"] < 24 * 3600, "a stream forgets after a day"
    assert mapping["StartingPosition"] == "TRIM_HORIZON"
    queue = mapping["DestinationConfig"]["OnFailure"]["Destination"]["Fn::GetAtt"][0]
    assert queue in stack.of("SQS::Queue")


def test_every_committed_environment_is_checked_here() -> None:
    assert {stack.environment.name for stack in COMMITTED} == set(load_environments())
