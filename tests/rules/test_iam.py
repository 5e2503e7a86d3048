"""Policies in the forms that templates really have: scalars for lists, functions for texts, odd cases."""

from __future__ import annotations

from typing import Any

import pytest

from generator.rules.iam._condition_keys import distance, meant_key
from tests.rules.support import problems

TABLE = "arn:aws:dynamodb:us-west-2:111122223333:table/orders"
TRUST = {
    "Statement": {
        "Effect": "Allow",
        "Action": "sts:AssumeRole",
        "Principal": {"Service": "lambda.amazonaws.com"},
    }
}
AT = "Resources/X/Properties"


def template(kind: str, properties: dict[str, Any], **sections: Any) -> dict[str, Any]:
    return {"Resources": {"X": {"Type": kind, "Properties": properties}}, **sections}


def policy(statement: Any, **sections: Any) -> dict[str, Any]:
    return template("AWS::IAM::ManagedPolicy", {"PolicyDocument": {"Statement": statement}}, **sections)


def queue_policy(**parts: Any) -> dict[str, Any]:
    statement = {"Effect": "Allow", "Principal": "*", "Action": "sqs:SendMessage", "Resource": "*"} | parts
    return template("AWS::SQS::QueuePolicy", {"Queues": ["q"], "PolicyDocument": {"Statement": [statement]}})


def role(principal: Any, condition: Any = None) -> dict[str, Any]:
    statement = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": principal}
    trust = {"Statement": [statement | ({"Condition": condition} if condition else {})]}
    return template("AWS::IAM::Role", {"AssumeRolePolicyDocument": trust})


def test_a_statement_that_is_no_list_is_read_as_one() -> None:
    found = problems("E9101", policy({"Effect": "Allow", "Action": "*", "Resource": TABLE}))
    assert found == [f"{AT}/PolicyDocument/Statement/Action"]


def test_a_star_in_one_branch_of_a_condition_is_a_star() -> None:
    action = {"Fn::If": ["IsDev", "*", "dynamodb:GetItem"]}
    sections = {"Conditions": {"IsDev": {"Fn::Equals": [{"Ref": "Stage"}, "dev"]}}}
    found = problems(
        "E9101", policy([{"Effect": "Allow", "Action": [action], "Resource": TABLE}], **sections)
    )
    assert found == [f"{AT}/PolicyDocument/Statement/0/Action/0/Fn::If/1"]


def test_a_branch_that_is_never_taken_is_not_spoken_of() -> None:
    action = {"Fn::If": ["Never", "*", "dynamodb:GetItem"]}
    sections = {"Conditions": {"Never": {"Fn::Equals": ["a", "b"]}}}
    assert (
        problems("E9101", policy([{"Effect": "Allow", "Action": action, "Resource": TABLE}], **sections))
        == []
    )


@pytest.mark.parametrize("effect", ["Deny", {"Ref": "Effect"}])
def test_a_deny_or_an_unknown_effect_allows_nothing_for_certain(effect: Any) -> None:
    assert problems("E9101", policy([{"Effect": effect, "Action": "*", "Resource": "*"}])) == []


@pytest.mark.parametrize(
    ("action", "resource", "found"),
    [
        ("xray:PutTraceSegments", "*", False),
        ("dynamodb:GetItem", "*", True),
        ("dynamodb:ListTables", "*", False),
        ("dynamodb:BatchGet*", ["*"], True),
        ("dynamodb:GetItem", "arn:aws:dynamodb:*:*:table/*", True),
        ("dynamodb:GetItem", "arn:aws:dynamodb:*:*:table/orders-*", False),
        ("dynamodb:GetItem", {"Fn::Sub": "arn:${AWS::Partition}:dynamodb:*:*:*"}, True),
        ("logs:PutLogEvents", "arn:aws:logs:us-west-2:111122223333:*", False),
        ("nobody:Knows", "*", False),
    ],
)
def test_resource_star_counts_where_the_action_takes_resources(
    action: str, resource: Any, found: bool
) -> None:
    assert (
        bool(problems("W9105", policy({"Effect": "Allow", "Action": action, "Resource": resource}))) is found
    )


def test_a_condition_on_the_resource_narrows_a_star() -> None:
    condition = {"StringEquals": {"aws:ResourceTag/Team": "orders"}}
    statement = {"Effect": "Allow", "Action": "sqs:SendMessage", "Resource": "*", "Condition": condition}
    assert problems("W9105", policy(statement)) == []
    statement["Condition"] = {"Bool": {"aws:SecureTransport": "true"}}
    assert len(problems("W9105", policy(statement))) == 1


@pytest.mark.parametrize(
    "condition",
    [
        {"StringEqualsIfExists": {"aws:SourceArn": "arn:aws:sns:us-west-2:111122223333:x"}},
        {"ForAllValues:StringEquals": {"aws:PrincipalOrgID": "o-a1b2c3d4e5"}},
        {"StringNotEquals": {"aws:SourceAccount": "111122223333"}},
        {"ArnLike": {"aws:SourceArn": "arn:aws:sns:*:*:*"}},
        {"StringLike": {"AWS:SourceAccount": ["111122223333", "*"]}},
        {"IpAddress": {"aws:SourceIp": ["10.0.0.0/8", "0.0.0.0/0"]}},
        {"Bool": {"aws:SecureTransport": "true"}},
        {"Null": {"aws:SourceArn": "false"}},
    ],
)
def test_a_condition_that_everybody_passes_keeps_a_queue_public(condition: Any) -> None:
    assert len(problems("E9126", queue_policy(Condition=condition))) == 1


@pytest.mark.parametrize(
    "condition",
    [
        {"ArnEquals": {"AWS:SourceArn": {"Ref": "Topic"}}},
        {"StringEquals": {"aws:sourceaccount": {"Ref": "AWS::AccountId"}}},
        {"ForAnyValue:StringLike": {"aws:PrincipalOrgPaths": "o-a1b2c3d4e5/*"}},
        {"ArnLike": {"aws:SourceArn": "arn:aws:s3:::uploads"}},
        {"Fn::If": ["C", {"StringEquals": {"aws:SourceArn": "x"}}, {"Ref": "AWS::NoValue"}]},
    ],
)
def test_a_condition_on_the_caller_closes_a_queue(condition: Any) -> None:
    assert problems("E9126", queue_policy(Condition=condition)) == []


@pytest.mark.parametrize("principal", ["*", {"AWS": "*"}, {"AWS": ["111122223333", "*"]}])
def test_everybody_is_known_in_each_form(principal: Any) -> None:
    assert len(problems("E9126", queue_policy(Principal=principal))) == 1
    assert len(problems("E9112", role(principal))) == 1


def test_a_website_behind_its_own_bucket_policy_is_doubtful_and_not_wrong() -> None:
    statement = {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "*"}
    both = {
        "B": {"Type": "AWS::S3::Bucket", "Properties": {"WebsiteConfiguration": {"IndexDocument": "i"}}},
        "P": {
            "Type": "AWS::S3::BucketPolicy",
            "Properties": {"Bucket": {"Ref": "B"}, "PolicyDocument": {"Statement": [statement]}},
        },
    }
    assert problems("E9124", {"Resources": both}) == []
    assert len(problems("W9129", {"Resources": both})) == 1
    statement["Action"] = "s3:*"
    assert len(problems("E9124", {"Resources": both})) == 1


@pytest.mark.parametrize(
    ("key", "wanted"),
    [
        ("aws:SourceArn", None),
        ("AWS:SOURCEARN", None),
        ("aws:SouceArn", "aws:sourcearn"),
        ("aws:SourceArm", "aws:sourcearn"),
        ("aws:Source-Account", "aws:sourceaccount"),
        ("SourceArn", "aws:sourcearn"),
        ("sns:SourceArn", "aws:sourcearn"),
        ("aws:PrincipleOrgID", "aws:principalorgid"),
        ("aws:PrincipalOrgID", None),
        ("aws:PrincipalTag/Team", None),
        ("aws:PrincipleTag/Team", "aws:principaltag"),
        ("kms:EncryptionContext:aws:s3:arn", None),
        ("kms:ViaSevice", "kms:viaservice"),
        ("dynamodb:LeadingKey", "dynamodb:leadingkeys"),
        ("lambda:FunctionArn", None),
        ("aws:SourceVpc", None),
        ("aws:SourceVpce", None),
        ("token.actions.githubusercontent.com:sub", None),
        ("ec2:Whatever", None),
        ("s3:x-amz-acl", None),
        ("cognito-identity.amazonaws.com:aud", None),
        ("iam:PassedToServices", "iam:passedtoservice"),
    ],
)
def test_misspelt_condition_keys_are_told_from_unknown_ones(key: str, wanted: str | None) -> None:
    assert meant_key(key) == wanted


def test_two_letters_that_changed_places_are_one_mistake() -> None:
    assert distance("sourecarn", "sourcearn") == 1
    assert distance("", "abc") == 3
    assert distance("same", "same") == 0


@pytest.mark.parametrize(
    ("operator", "key", "value", "rule"),
    [
        ("StringEquals", "aws:SourceAccount", "arn:aws:sns:us-west-2:111122223333:x", "E9131"),
        ("ArnLike", "aws:SourceArn", "111122223333", "E9131"),
        ("ArnLike", "aws:SourceArn", {"Ref": "AWS::AccountId"}, "E9131"),
        ("Bool", "aws:SecureTransport", "flase", "E9131"),
        ("StringEquals", "aws:SourceArn", "arn:aws:sns:us-west-2:111122223333:*", "E9132"),
        ("ForAnyValue:StringEquals", "token.actions.githubusercontent.com:sub", ["repo:a/b:*"], "E9132"),
        ("StringEqualsIfExists", "aws:PrincipalArn", "arn:aws:iam::111122223333:role/*", "E9132"),
        ("StringEquals", "aws:SourceIp", "192.0.2.0/24", "E9137"),
    ],
)
def test_a_condition_that_no_request_meets_is_wrong(operator: str, key: str, value: Any, rule: str) -> None:
    assert len(problems(rule, queue_policy(Condition={operator: {key: value}}))) == 1


@pytest.mark.parametrize(
    ("operator", "key", "value"),
    [
        ("StringLike", "aws:SourceArn", "arn:aws:sns:us-west-2:111122223333:*"),
        ("ArnEquals", "aws:SourceArn", "arn:aws:sns:us-west-2:111122223333:*"),
        ("StringEquals", "aws:SourceAccount", "111122223333"),
        ("Bool", "aws:SecureTransport", False),
        ("StringEquals", "aws:RequestTag/Note", "what?"),
        ("IpAddress", "aws:SourceIp", "192.0.2.0/24"),
    ],
)
def test_a_condition_that_works_is_left_alone(operator: str, key: str, value: Any) -> None:
    broken = queue_policy(Condition={operator: {key: value}})
    assert [rule for rule in ("E9130", "E9131", "E9132", "E9137") if problems(rule, broken)] == []


@pytest.mark.parametrize(
    "arn",
    [
        "arn:aws-cn:iam::aws:policy/AdministratorAccess",
        {"Fn::Sub": "arn:${AWS::Partition}:iam::aws:policy/AdministratorAccess"},
        {"Fn::Join": ["", ["arn:", {"Ref": "AWS::Partition"}, ":iam::aws:policy/", "AdministratorAccess"]]},
        {"Fn::If": ["C", "arn:aws:iam::aws:policy/AdministratorAccess", {"Ref": "AWS::NoValue"}]},
    ],
)
def test_the_administrators_policy_is_known_in_each_form(arn: Any) -> None:
    for value in (arn, [arn]):
        found = template("AWS::IAM::Role", {"AssumeRolePolicyDocument": TRUST, "ManagedPolicyArns": value})
        assert len(problems("E9107", found)) == 1


def test_a_bare_policy_name_counts_in_sam_alone() -> None:
    assert (
        len(problems("E9107", template("AWS::Serverless::Function", {"Policies": "AdministratorAccess"})))
        == 1
    )
    own = template(
        "AWS::IAM::Role", {"ManagedPolicyArns": ["arn:aws:iam::111122223333:policy/AdministratorAccess"]}
    )
    assert problems("E9107", own) == []


def test_a_service_in_one_region_and_in_a_list_is_that_service() -> None:
    assert (
        len(problems("W9114", role({"Service": ["lambda.amazonaws.com", "states.us-west-2.amazonaws.com"]})))
        == 1
    )
    assert problems("W9114", role({"Service": "lambda.amazonaws.com"})) == []
    condition = {
        "ArnLike": {"aws:SourceArn": {"Fn::Sub": "arn:aws:states:us-west-2:${AWS::AccountId}:stateMachine:*"}}
    }
    assert problems("W9114", role({"Service": "states.amazonaws.com"}, condition)) == []


@pytest.mark.parametrize(
    ("condition", "found"),
    [
        ({"StringLike": {"token.actions.githubusercontent.com:sub": "repo:*"}}, 1),
        ({"StringLike": {"token.actions.githubusercontent.com:sub": ["repo:acme/x:*", "*"]}}, 1),
        ({"StringEquals": {"token.actions.githubusercontent.com:aud": "sts.amazonaws.com"}}, 1),
        ({"StringLike": {"token.actions.githubusercontent.com:sub": {"Fn::Sub": "repo:${Repository}:*"}}}, 0),
        ({"StringEquals": {"token.actions.githubusercontent.com:sub": {"Ref": "Subject"}}}, 0),
    ],
)
def test_github_is_trusted_for_named_repositories(condition: Any, found: int) -> None:
    provider = {"Fn::Sub": "arn:aws:iam::${AWS::AccountId}:oidc-provider/token.actions.githubusercontent.com"}
    assert len(problems("E9115", role({"Federated": provider}, condition))) == found
