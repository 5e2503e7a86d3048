"""The reader of users may read, the writer may write, neither may do more: policies as AWS judges them."""

from __future__ import annotations

import pytest

from tests.e2e.conftest import Deployed

pytestmark = pytest.mark.e2e

READS = {"dynamodb:GetItem"}
WRITES = {"dynamodb:DeleteItem", "dynamodb:GetItem", "dynamodb:PutItem"}
ALL = (
    "dynamodb:BatchWriteItem",
    "dynamodb:DeleteItem",
    "dynamodb:DeleteTable",
    "dynamodb:GetItem",
    "dynamodb:PutItem",
    "dynamodb:Query",
    "dynamodb:Scan",
    "dynamodb:UpdateItem",
    "dynamodb:UpdateTable",
    "dynamodb:UpdateTimeToLive",
)


@pytest.mark.parametrize(
    ("function", "place", "asked", "allowed"),
    [
        ("read", "{TableArn}", ALL, READS),
        ("write", "{TableArn}", ALL, WRITES),
        ("read", "{TableArn}/index/StatusIndex", ALL, {"dynamodb:Query"}),
        ("write", "{TableArn}/index/StatusIndex", ALL, set()),
        ("read", "arn:aws:ssm:us-west-2:000000000000:parameter/{SettingsParameterName}", (), {"get"}),
        ("write", "arn:aws:ssm:us-west-2:000000000000:parameter/{SettingsParameterName}", (), {"get"}),
        ("read", "arn:aws:ssm:us-west-2:000000000000:parameter/other", (), set()),
        ("read", "{KeyArn}", ("kms:Encrypt", "kms:Decrypt"), set()),
        ("write", "{KeyArn}", ("kms:Encrypt", "kms:Decrypt"), set()),
    ],
)
def test_a_role_may_do_exactly_this(
    stacks: dict[str, Deployed], function: str, place: str, asked: tuple[str, ...], allowed: set[str]
) -> None:
    """S1.7."""
    users = stacks["users"]
    actions = asked or ("ssm:GetParameter", "ssm:PutParameter", "ssm:DeleteParameter")
    answer = users.client("iam").simulate_principal_policy(
        PolicySourceArn=f"arn:aws:iam::000000000000:role/dev-us-west-2-users-{function}-role",
        ActionNames=list(actions),
        ResourceArns=[place.format(**users.outputs)],
    )
    found = {one["EvalActionName"] for one in answer["EvaluationResults"] if one["EvalDecision"] == "allowed"}
    assert found == ({"ssm:GetParameter"} if allowed == {"get"} else allowed)


def test_only_the_reader_may_read_the_token_key(stacks: dict[str, Deployed]) -> None:
    """S1.7, S1.8."""
    users = stacks["users"]
    secret = users.client("secretsmanager").describe_secret(SecretId=users.outputs["TokenSecretName"])
    decisions = {}
    for function in ("read", "write"):
        answer = users.client("iam").simulate_principal_policy(
            PolicySourceArn=f"arn:aws:iam::000000000000:role/dev-us-west-2-users-{function}-role",
            ActionNames=["secretsmanager:GetSecretValue", "secretsmanager:PutSecretValue"],
            ResourceArns=[secret["ARN"]],
        )
        decisions[function] = [one["EvalDecision"] for one in answer["EvaluationResults"]]
    assert decisions == {"read": ["allowed", "implicitDeny"], "write": ["implicitDeny", "implicitDeny"]}
