"""Who may do what: every policy in every template."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from tests.golden.committed import Stack, committed, every_stack, listed, stacks_with

Statement = dict[str, Any]

# Actions that have no resource a policy could name (Service Authorization Reference).
WITHOUT_RESOURCE = {"xray:PutTelemetryRecords", "xray:PutTraceSegments"}
ROLE_POLICY_BYTES = 10_240  # "IAM and AWS STS quotas", inline policies of a role
CONDITION_KEYS = {
    "aws:SecureTransport",
    "aws:SourceAccount",
    "aws:SourceArn",
    "kms:EncryptionContext:aws:lambda:FunctionArn",
    "kms:EncryptionContext:aws:logs:arn",
    "kms:ViaService",
    "s3:x-amz-server-side-encryption",
    "s3:x-amz-server-side-encryption-aws-kms-key-id",
    "s3:x-amz-server-side-encryption-customer-algorithm",
}


def documents(value: Any) -> Iterator[dict[str, Any]]:
    """Every policy document in a JSON value."""
    if isinstance(value, dict):
        if "Statement" in value and "Version" in value:
            yield value
        for member in value.values():
            yield from documents(member)
    elif isinstance(value, list):
        for member in value:
            yield from documents(member)


def statements(stack: Stack, *types: str) -> Iterator[tuple[str, Statement]]:
    """Every statement in the resources of some types (none: all), with the logical id it stands in."""
    for title, resource in (stack.of(*types) if types else stack.resources).items():
        for document in documents(resource):
            assert document["Version"] == "2012-10-17"
            for statement in document["Statement"]:
                yield title, statement


def permissions(stack: Stack, role: str) -> Iterator[Statement]:
    """What one role may do."""
    for policy in stack.resources[role]["Properties"]["Policies"]:
        yield from policy["PolicyDocument"]["Statement"]


@every_stack
def test_no_statement_allows_a_wildcard_action(stack: Stack) -> None:
    """S1.7, S2.7."""
    seen = 0
    for title, statement in statements(stack):
        assert "NotAction" not in statement
        assert "NotResource" not in statement
        assert "NotPrincipal" not in statement
        if statement["Effect"] == "Allow":
            seen += 1
            assert [action for action in listed(statement["Action"]) if "*" in action] == [], title
    assert seen


@every_stack
def test_only_x_ray_and_key_policies_name_every_resource(stack: Stack) -> None:
    """S1.7: in a key policy '*' is the key itself."""
    for title, statement in statements(stack):
        if stack.resources[title]["Type"] == "AWS::KMS::Key" or "Resource" not in statement:
            continue
        if "*" in listed(statement["Resource"]):
            assert set(listed(statement["Action"])) <= WITHOUT_RESOURCE, title


@every_stack
def test_nobody_is_allowed_but_services_and_the_own_account(stack: Stack) -> None:
    """S1.7: '*' as a principal stands in denials only, and where the contract says that anybody may call."""
    for title, statement in statements(stack):
        principal = statement.get("Principal")
        if statement.get("Sid") == "AllowOpenOperations":
            assert stack.resources[title]["Type"] == "AWS::ApiGateway::RestApi"
            assert listed(statement["Action"]) == ["execute-api:Invoke"]
            for resource in statement["Resource"]:
                assert re.fullmatch(r"execute-api:/v1/(GET/health|OPTIONS/[a-z/*]+)", resource), resource
        elif statement["Effect"] == "Allow" and principal is not None:
            assert principal != "*", title
            assert "*" not in json.dumps(principal), title
            assert set(principal) <= {"Service", "AWS"}, title
            if "AWS" in principal:
                root = {"Fn::Sub": "arn:${AWS::Partition}:iam::${AWS::AccountId}:root"}
                assert principal["AWS"] == root, title


@every_stack
def test_services_are_trusted_for_this_account_only(stack: Stack) -> None:
    """S1.7: the confused deputy. CloudWatch Logs is held by the ARNs of its groups instead."""
    seen = 0
    for title, statement in statements(stack):
        if statement["Effect"] == "Allow" and "Service" in statement.get("Principal", {}):
            seen += 1
            if statement["Principal"]["Service"] == "apigateway.amazonaws.com":
                assert title == "ApiAccountRole", (
                    "API Gateway documents no condition for the role of its logs"
                )
                continue
            if statement["Principal"]["Service"] == "events.amazonaws.com" and "Condition" not in statement:
                assert listed(statement["Action"]) == ["kms:DescribeKey"], (
                    "EventBridge documents no condition for looking at a key"
                )
                continue
            conditions = statement["Condition"]
            own = conditions.get("StringEquals", {}).get("aws:SourceAccount") == {"Ref": "AWS::AccountId"}
            groups = listed(conditions.get("ArnLike", {}).get("kms:EncryptionContext:aws:logs:arn", []))
            assert own or groups, title
            assert all("${AWS::AccountId}" in group["Fn::Sub"] for group in groups), title
    assert seen


@every_stack
def test_condition_keys_are_ones_that_exist(stack: Stack) -> None:
    """S1.7: cfn-lint does not notice a misspelt one, and AWS ignores or denies by it."""
    for title, statement in statements(stack):
        for keys in statement.get("Condition", {}).values():
            assert set(keys) <= CONDITION_KEYS, title


@every_stack
def test_keys_are_used_through_a_service_or_for_one_function(stack: Stack) -> None:
    """S2.8: a role never uses a key on its own behalf."""
    for title, statement in statements(stack, "IAM::Role"):
        if any(action.startswith("kms:") for action in listed(statement["Action"])):
            (keys,) = statement["Condition"].values()
            (key,) = keys
            assert key in {"kms:ViaService", "kms:EncryptionContext:aws:lambda:FunctionArn"}, title
            for value in listed(keys[key]):
                assert not value["Fn::Sub"].startswith(("*", "arn:*")), title
            assert all("Fn::GetAtt" in resource for resource in statement["Resource"]), title


@every_stack
def test_a_role_has_one_inline_policy_that_fits_the_quota(stack: Stack) -> None:
    for title, role in stack.properties("IAM::Role").items():
        assert "ManagedPolicyArns" not in role, title
        (policy,) = role["Policies"]
        assert len(json.dumps(policy["PolicyDocument"], separators=(",", ":"))) < ROLE_POLICY_BYTES, title
        sids = [statement["Sid"] for statement in policy["PolicyDocument"]["Statement"]]
        assert len(sids) == len(set(sids)), title


@stacks_with("Lambda::Function")
def test_every_function_has_a_role_of_its_own_that_only_lambda_may_assume(stack: Stack) -> None:
    """S1.7, S2.7."""
    roles = [one["Role"]["Fn::GetAtt"][0] for one in stack.properties("Lambda::Function").values()]
    assert len(roles) == len(set(roles))
    for role in roles:
        (trust,) = stack.resources[role]["Properties"]["AssumeRolePolicyDocument"]["Statement"]
        assert trust["Principal"] == {"Service": "lambda.amazonaws.com"}
        assert listed(trust["Action"]) == ["sts:AssumeRole"]


@stacks_with("Lambda::Function")
def test_a_function_writes_to_its_own_log_group_and_to_no_other(stack: Stack) -> None:
    """S1.7."""
    for function in stack.properties("Lambda::Function").values():
        role = function["Role"]["Fn::GetAtt"][0]
        (logs,) = (one for one in permissions(stack, role) if one["Sid"] == "WriteLogs")
        group = function["LoggingConfig"]["LogGroup"]["Ref"]
        assert logs["Resource"] == [{"Fn::GetAtt": [group, "Arn"]}]
        assert logs["Action"] == ["logs:CreateLogStream", "logs:PutLogEvents"]


def actions(role: str) -> dict[str, list[str]]:
    """Actions by Sid of a role of the items stack, without those that every function has."""
    found = permissions(committed("prod", "us-west-2", "items"), role)
    return {one["Sid"]: listed(one["Action"]) for one in found}


COMMON = {
    "DecryptEnvironment": ["kms:Decrypt"],
    "DecryptWithDataKeyThroughDynamodb": ["kms:Decrypt"],
    "EncryptWithDataKeyThroughSqs": ["kms:Decrypt", "kms:GenerateDataKey"],
    "SendToDeadLetters": ["sqs:SendMessage"],
    "WriteLogs": ["logs:CreateLogStream", "logs:PutLogEvents"],
    "WriteTraces": ["xray:PutTelemetryRecords", "xray:PutTraceSegments"],
}


def test_the_items_api_may_do_what_it_needs_and_no_more() -> None:
    """S1.7: no Scan, no table administration, no write to an index."""
    assert actions("ApiRole") == {
        **COMMON,
        "DecryptWithDataKeyThroughSecretsmanager": ["kms:Decrypt"],
        "QueryItemsTableOwnerIndex": ["dynamodb:Query"],
        "ReadTokenKey": ["secretsmanager:GetSecretValue"],
        "UseItemsTable": ["dynamodb:DeleteItem", "dynamodb:GetItem", "dynamodb:PutItem"],
    }


def test_the_stream_processor_may_do_what_it_needs_and_no_more() -> None:
    """S1.7, S0.4: it reads the stream, writes the audit table, and puts aside what it cannot process."""
    assert actions("StreamRole") == {
        **COMMON,
        "ReadStreamOfItemsTable": [
            "dynamodb:DescribeStream",
            "dynamodb:GetRecords",
            "dynamodb:GetShardIterator",
            "dynamodb:ListStreams",
        ],
        "SendToStreamFailures": ["sqs:SendMessage"],
        "WriteAuditTable": ["dynamodb:PutItem", "dynamodb:UpdateItem"],
    }


@stacks_with("Lambda::Permission")
def test_only_this_api_may_invoke_the_function_behind_it(stack: Stack) -> None:
    """S1.7."""
    for permission in stack.properties("Lambda::Permission").values():
        assert permission["Action"] == "lambda:InvokeFunction"
        assert permission["Principal"] == "apigateway.amazonaws.com"
        assert "${AWS::AccountId}:${RestApi}/" in permission["SourceArn"]["Fn::Sub"]
        assert stack.resources[permission["FunctionName"]["Ref"]]["Type"] == "AWS::Lambda::Alias"
