"""The users stack: what sets it apart from the others."""

from __future__ import annotations

import json
from typing import Any

import pytest

from generator.services.users import API, MAX_BODY_BYTES
from handlers.common.clients import SHORT, SHORTEST
from handlers.users.settings import parse
from tests.golden.committed import COMMITTED, Stack, changed, committed, listed, rendered, strings
from tests.golden.test_iam import COMMON, permissions
from tests.golden.test_names_and_tags import names_in

USERS = [stack for stack in COMMITTED if stack.name == "users"]
every_users = pytest.mark.parametrize("stack", USERS, ids=str)


def role(stack: Stack, name: str) -> dict[str, list[str]]:
    """Actions by Sid."""
    return {one["Sid"]: listed(one["Action"]) for one in permissions(stack, name)}


def functions(stack: Stack) -> dict[str, dict[str, Any]]:
    return stack.properties("Lambda::Function")


def test_users_live_in_the_primary_region_of_each_environment() -> None:
    """S1.5."""
    assert {(one.environment.name, one.region) for one in USERS} == {
        (name, "us-west-2") for name in ("dev", "prod", "staging")
    }


@every_users
def test_the_table_is_found_by_status_and_has_no_other_index_and_no_stream(stack: Stack) -> None:
    """S1.2."""
    table = stack.properties("DynamoDB::Table")["UsersTable"]
    (index,) = table["GlobalSecondaryIndexes"]
    assert index["IndexName"] == "StatusIndex"
    assert [key["AttributeName"] for key in index["KeySchema"]] == ["status", "created_at"]
    assert "StreamSpecification" not in table, "nobody else is told of personal data"


@every_users
def test_data_outlive_the_stack_where_the_environment_keeps_data(stack: Stack) -> None:
    """S1.6."""
    kept = ("RetainExceptOnCreate", "Retain") if stack.environment.retain_data else ("Delete", "Delete")
    for title in ("UsersTable", "DataKey", "TokenKey"):
        one = stack.resources[title]
        assert (one["DeletionPolicy"], one["UpdateReplacePolicy"]) == kept
    assert committed("prod", "us-west-2", "users").environment.retain_data


@every_users
def test_the_reader_may_read_and_nothing_else(stack: Stack) -> None:
    """S1.7: GetItem and one index; the table's rows are out of its reach for writing."""
    assert role(stack, "ReadRole") == {
        **COMMON,
        "DecryptWithDataKeyThroughSecretsmanager": ["kms:Decrypt"],
        "QueryUsersTableStatusIndex": ["dynamodb:Query"],
        "ReadSettings": ["ssm:GetParameter"],
        "ReadTokenKey": ["secretsmanager:GetSecretValue"],
        "ReadUsersTable": ["dynamodb:GetItem"],
    }


@every_users
def test_the_writer_may_write_and_cannot_list_or_sign(stack: Stack) -> None:
    """S1.7: no Query, no Scan, no token key."""
    assert role(stack, "WriteRole") == {
        **COMMON,
        "ReadSettings": ["ssm:GetParameter"],
        "WriteUsersTable": ["dynamodb:DeleteItem", "dynamodb:GetItem", "dynamodb:PutItem"],
    }


@every_users
def test_a_role_may_read_this_one_parameter(stack: Stack) -> None:
    """S1.7."""
    (statement,) = (one for one in permissions(stack, "ReadRole") if one["Sid"] == "ReadSettings")
    name = stack.properties("SSM::Parameter")["Settings"]["Name"]
    assert statement["Resource"] == [
        {"Fn::Sub": f"arn:${{AWS::Partition}}:ssm:${{AWS::Region}}:${{AWS::AccountId}}:parameter/{name}"}
    ]


@every_users
def test_reads_and_writes_go_to_functions_of_different_size(stack: Stack) -> None:
    """S1.10."""
    reader, writer = functions(stack)["ReadFunction"], functions(stack)["WriteFunction"]
    for size in ("MemorySize", "Timeout", "ReservedConcurrentExecutions", "Role"):
        assert reader[size] != writer[size], size
    for method in stack.properties("ApiGateway::Method").values():
        alias = "WriteAlias" if method["HttpMethod"] in {"POST", "PUT", "PATCH", "DELETE"} else "ReadAlias"
        assert f"${{{alias}}}" in method["Integration"]["Uri"]["Fn::Sub"]


@every_users
def test_a_function_has_time_for_every_attempt_of_the_sdk(stack: Stack) -> None:
    """S1.10: settings and two versions of a key, or settings and three calls to the table."""

    def longest(config: Any) -> float:
        """Every attempt times out, and the pause before each but the first is as long as it can be."""
        attempts = config.retries["total_max_attempts"]
        pauses = sum(2**number for number in range(attempts - 1))
        return float(attempts * (config.connect_timeout + config.read_timeout) + pauses)

    reads = 3 * longest(SHORTEST) + longest(SHORT)
    writes = longest(SHORTEST) + 3 * longest(SHORT)
    assert reads < functions(stack)["ReadFunction"]["Timeout"] < 29
    assert writes < functions(stack)["WriteFunction"]["Timeout"] < 29


@every_users
def test_writes_are_throttled_more_strictly_than_reads(stack: Stack) -> None:
    """S1.9."""
    limits = stack.environment.apis["users"]
    assert limits.write.rate < limits.read.rate
    assert limits.write.burst < limits.read.burst
    (stage,) = stack.properties("ApiGateway::Stage").values()
    found = {
        (one["ResourcePath"], one["HttpMethod"]): (one["ThrottlingRateLimit"], one["ThrottlingBurstLimit"])
        for one in stage["MethodSettings"]
    }
    read, write = (limits.read.rate, limits.read.burst), (limits.write.rate, limits.write.burst)
    assert found == {
        ("/*", "*"): read,
        ("/~1users", "POST"): write,
        ("/~1users~1{id}", "DELETE"): write,
        ("/~1users~1{id}", "PATCH"): write,
        ("/~1users~1{id}", "PUT"): write,
    }


def test_without_a_word_of_the_environment_reads_have_50_a_second_and_writes_10() -> None:
    """S1.9, S1.10."""
    assert (API.read.rate, API.read.burst, API.write.rate, API.write.burst) == (50, 100, 10, 20)
    stack = rendered(changed("dev", apis={}), "users")
    assert functions(stack)["ReadFunction"]["MemorySize"] == API.memory_mb
    assert API.writer is not None
    assert functions(stack)["WriteFunction"]["MemorySize"] == API.writer.memory_mb


@every_users
def test_environments_of_functions_hold_names_and_nothing_that_they_name(stack: Stack) -> None:
    """S1.8: the table, the tunables and the key are found by name when they are needed."""
    tunables = stack.properties("SSM::Parameter")["Settings"]
    for title, variables in {
        title: one["Environment"]["Variables"] for title, one in functions(stack).items()
    }.items():
        assert variables["SETTINGS_PARAMETER_NAME"] == tunables["Name"]
        assert all("table" not in text for text in strings(variables)), title
    reader = functions(stack)["ReadFunction"]["Environment"]["Variables"]
    assert reader["TOKEN_SECRET_NAME"] == stack.properties("SecretsManager::Secret")["TokenKey"]["Name"]
    assert "TOKEN_SECRET_NAME" not in functions(stack)["WriteFunction"]["Environment"]["Variables"]


@every_users
def test_the_settings_are_such_that_the_functions_take_them(stack: Stack) -> None:
    """S1.8."""
    parameter = stack.properties("SSM::Parameter")["Settings"]
    assert parameter["Type"] == "String"
    settings = parse(parameter["Value"])
    assert settings.table_name == stack.properties("DynamoDB::Table")["UsersTable"]["TableName"]
    assert settings.status_index == "StatusIndex"
    assert settings.deleted_retention_days == 30


@every_users
def test_the_token_key_is_made_by_secrets_manager(stack: Stack) -> None:
    """S1.8: no value in the template."""
    secret = stack.properties("SecretsManager::Secret")["TokenKey"]
    assert "SecretString" not in secret
    assert secret["GenerateSecretString"]["PasswordLength"] == 64
    assert not [text for text in strings(stack.template) if "resolve:" in text]


@every_users
def test_the_gateway_logs_neither_bodies_nor_paths_nor_queries(stack: Stack) -> None:
    """S1.8: an address may stand in a query."""
    (stage,) = stack.properties("ApiGateway::Stage").values()
    fields = json.loads(stage["AccessLogSetting"]["Format"]).values()
    assert not {"$context.path", "$context.requestOverride.querystring"} & set(fields)
    assert all(one["DataTraceEnabled"] is False for one in stage["MethodSettings"])
    for acl in stack.properties("WAFv2::WebACL").values():
        assert {one["Field"]["FieldType"] for one in acl["DataProtectionConfig"]["DataProtections"]} >= {
            "QUERY_STRING"
        }


@every_users
def test_the_largest_body_is_far_above_the_largest_user(stack: Stack) -> None:
    variables = functions(stack)["WriteFunction"]["Environment"]["Variables"]
    assert variables["MAX_BODY_BYTES"] == str(MAX_BODY_BYTES)


def test_every_physical_name_has_the_suffix() -> None:
    """S1.4: rendered with a suffix, nothing has the name that it has without one."""
    for environment in ("dev", "staging", "prod"):
        plain = committed(environment, "us-west-2", "users")
        blue = rendered(changed(environment, suffix="-blue"), "users")
        names = names_in(blue)
        assert set(names) == set(names_in(plain))
        assert all(f"{environment}-us-west-2-users-blue" in name for name in names.values())
        assert not set(names.values()) & set(names_in(plain).values())
        settings = parse(blue.properties("SSM::Parameter")["Settings"]["Value"])
        assert settings.table_name == names["UsersTable"]
        assert blue.template["Outputs"]["EnvironmentSuffix"]["Value"] == "-blue"


@every_users
def test_five_alarms_at_most_roll_back_and_they_are_those_of_errors(stack: Stack) -> None:
    assert stack.metadata["RollbackAlarms"] == [
        "ReadErrorRateAlarm",
        "RestApiServerErrorsAlarm",
        "WriteErrorRateAlarm",
    ]
