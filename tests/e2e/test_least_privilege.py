"""Each function's role may do what it must and nothing else, as the embedded AWS enforces it.

A role trusts Lambda alone, so its policies are copied to a role that the test may assume.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any
from uuid import uuid4

import boto3
import pytest
from botocore.exceptions import ClientError

from tests.e2e.conftest import REGION, Deployed

pytestmark = pytest.mark.e2e

ITEM = {"pk": {"S": "STATS#nobody"}, "sk": {"S": "META"}}
DENIED = {"AccessDenied", "AccessDeniedException"}
NOBODYS = {":value": {"S": "nobody"}}

# What each role may do of all that is in ``calls``.
ALLOWED = {
    "api": {"items:GetItem", "items:PutItem", "items:DeleteItem", "index:Query", "secret:GetSecretValue"},
    "stream": {"audit:PutItem", "audit:UpdateItem"},
}


def calls(outputs: Mapping[str, str]) -> dict[str, tuple[str, str, dict[str, Any]]]:
    """Name → service, operation and parameters."""
    found: dict[str, tuple[str, str, dict[str, Any]]] = {}
    for name, table in (("items", outputs["TableName"]), ("audit", outputs["AuditTableName"])):
        on = {"TableName": table}
        query = {
            **on,
            "KeyConditionExpression": "pk = :value",
            "ExpressionAttributeValues": NOBODYS,
        }
        found |= {
            f"{name}:GetItem": ("dynamodb", "get_item", {**on, "Key": ITEM}),
            f"{name}:PutItem": ("dynamodb", "put_item", {**on, "Item": ITEM}),
            f"{name}:UpdateItem": ("dynamodb", "update_item", {**on, "Key": ITEM}),
            f"{name}:DeleteItem": ("dynamodb", "delete_item", {**on, "Key": ITEM}),
            f"{name}:Query": ("dynamodb", "query", query),
            f"{name}:Scan": ("dynamodb", "scan", on),
            f"{name}:UpdateTable": ("dynamodb", "update_table", {**on, "DeletionProtectionEnabled": False}),
            f"{name}:DeleteTable": ("dynamodb", "delete_table", on),
        }
    index = {"TableName": outputs["TableName"], "IndexName": "OwnerIndex"}
    secret = {"SecretId": "dev-us-west-2-items-token-key"}
    return found | {
        "index:Query": (
            "dynamodb",
            "query",
            {
                **index,
                "KeyConditionExpression": "#owner = :value",
                "ExpressionAttributeNames": {"#owner": "owner"},
                "ExpressionAttributeValues": NOBODYS,
            },
        ),
        "index:Scan": ("dynamodb", "scan", index),
        "secret:GetSecretValue": ("secretsmanager", "get_secret_value", secret),
        "secret:PutSecretValue": ("secretsmanager", "put_secret_value", {**secret, "SecretString": "{}"}),
        "s3:ListBuckets": ("s3", "list_buckets", {}),
        "iam:ListRoles": ("iam", "list_roles", {}),
        "kms:Encrypt": ("kms", "encrypt", {"KeyId": outputs["KeyArn"], "Plaintext": b"x"}),
        "lambda:Invoke": ("lambda", "invoke", {"FunctionName": outputs["ApiFunctionName"]}),
    }


@pytest.fixture(params=sorted(ALLOWED))
def role(request: pytest.FixtureRequest, deployed: Deployed) -> Iterator[tuple[str, Mapping[str, str]]]:
    """A function, and credentials of somebody with the policies of its role."""
    iam, source = deployed.client("iam"), f"dev-us-west-2-items-{request.param}-role"
    name = f"copy-{request.param}-{uuid4().hex[:8]}"
    trust = {
        "Effect": "Allow",
        "Principal": {"AWS": "arn:aws:iam::000000000000:root"},
        "Action": "sts:AssumeRole",
    }
    document = json.dumps({"Version": "2012-10-17", "Statement": [trust]})
    arn = iam.create_role(RoleName=name, AssumeRolePolicyDocument=document)["Role"]["Arn"]
    assert not iam.list_attached_role_policies(RoleName=source)["AttachedPolicies"]
    policies = iam.list_role_policies(RoleName=source)["PolicyNames"]
    for policy in policies:
        found = iam.get_role_policy(RoleName=source, PolicyName=policy)["PolicyDocument"]
        iam.put_role_policy(RoleName=name, PolicyName=policy, PolicyDocument=json.dumps(found))
    answer = deployed.client("sts").assume_role(RoleArn=arn, RoleSessionName="privilege")
    yield request.param, answer["Credentials"]
    for policy in policies:
        iam.delete_role_policy(RoleName=name, PolicyName=policy)
    iam.delete_role(RoleName=name)


def test_a_function_may_do_what_it_must_and_nothing_else(
    deployed: Deployed, role: tuple[str, Mapping[str, str]]
) -> None:
    function, credentials = role
    allowed = set()
    for name, (service, operation, parameters) in calls(deployed.outputs).items():
        client = boto3.client(
            service,
            endpoint_url=deployed.engine.endpoint_url,
            region_name=REGION,
            aws_access_key_id=credentials["AccessKeyId"],
            aws_secret_access_key=credentials["SecretAccessKey"],
            aws_session_token=credentials["SessionToken"],
        )
        try:
            getattr(client, operation)(**parameters)
        except ClientError as error:
            code = error.response["Error"]["Code"]
            assert code in DENIED | {"ResourceNotFoundException"}, (name, error)
            if code in DENIED:
                continue
        allowed.add(name)
    assert allowed == ALLOWED[function]


@pytest.mark.parametrize("function", sorted(ALLOWED))
def test_nobody_but_lambda_may_take_a_functions_role(deployed: Deployed, function: str) -> None:
    arn = f"arn:aws:iam::000000000000:role/dev-us-west-2-items-{function}-role"
    with pytest.raises(ClientError, match="AccessDenied"):
        deployed.client("sts").assume_role(RoleArn=arn, RoleSessionName="thief")


@pytest.mark.parametrize(
    ("function", "output", "decisions"),
    [
        (
            "stream",
            "TableStreamArn",
            {"dynamodb:GetRecords": "allowed", "dynamodb:DescribeStream": "allowed"},
        ),
        ("api", "TableStreamArn", {"dynamodb:GetRecords": "implicitDeny"}),
        ("stream", "TableArn", {"dynamodb:PutItem": "implicitDeny", "dynamodb:GetRecords": "implicitDeny"}),
        ("api", "TableArn", {"dynamodb:GetItem": "allowed", "dynamodb:Scan": "implicitDeny"}),
        ("api", "AuditTableArn", {"dynamodb:GetItem": "implicitDeny", "dynamodb:PutItem": "implicitDeny"}),
        ("api", "KeyArn", {"kms:Encrypt": "implicitDeny", "kms:Decrypt": "implicitDeny"}),
    ],
)
def test_the_policy_simulator_agrees(
    deployed: Deployed, function: str, output: str, decisions: dict[str, str]
) -> None:
    """It alone knows streams here: the embedded AWS checks calls on a stream against no resource."""
    answer = deployed.client("iam").simulate_principal_policy(
        PolicySourceArn=f"arn:aws:iam::000000000000:role/dev-us-west-2-items-{function}-role",
        ActionNames=list(decisions),
        ResourceArns=[deployed.outputs[output]],
    )
    assert {one["EvalActionName"]: one["EvalDecision"] for one in answer["EvaluationResults"]} == decisions
