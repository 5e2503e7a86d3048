"""What the catalog's function may do, and what its callers may do to the cache, as AWS judges policies."""

from __future__ import annotations

import json

import pytest

from tests.e2e.conftest import REGION, ROOT, Deployed

pytestmark = pytest.mark.e2e

ROLE = "arn:aws:iam::000000000000:role/dev-us-west-2-catalog-api-role"
EVERYTHING = json.dumps(
    {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "execute-api:*", "Resource": "*"}]}
)
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
    "kms:Decrypt",
    "kms:Encrypt",
)


@pytest.mark.parametrize(
    ("place", "allowed"),
    [
        ("{TableArn}", {"dynamodb:DeleteItem", "dynamodb:GetItem", "dynamodb:PutItem"}),
        ("{TableArn}/index/CategoryIndex", {"dynamodb:Query"}),
        ("{TableArn}/index/ListingIndex", {"dynamodb:Query"}),
        ("{TableArn}-other", set()),
        ("{KeyArn}", set()),
    ],
)
def test_the_function_may_do_exactly_this(stacks: dict[str, Deployed], place: str, allowed: set[str]) -> None:
    """S2.7: and the key only through the services, never by itself."""
    catalog = stacks["catalog"]
    answer = catalog.client("iam").simulate_principal_policy(
        PolicySourceArn=ROLE, ActionNames=list(ALL), ResourceArns=[place.format(**catalog.outputs)]
    )
    found = {one["EvalActionName"] for one in answer["EvaluationResults"] if one["EvalDecision"] == "allowed"}
    assert found == allowed


@pytest.mark.parametrize("path", ["GET/products", "GET/products/LAMP-01"])
def test_no_caller_may_empty_the_cache_whatever_their_own_policy_says(
    stacks: dict[str, Deployed], path: str
) -> None:
    """S2.4: a denial wins over every Allow, wherever it stands.

    The simulator here reads no resource policies, so the API's stands beside the caller's own.
    """
    catalog = stacks["catalog"]
    template = json.loads(
        (ROOT / "templates_out" / "dev" / REGION / "catalog.json").read_text(encoding="utf-8")
    )
    api = f"arn:aws:execute-api:{REGION}:000000000000:{catalog.outputs['ApiId']}/"
    policy = template["Resources"]["RestApi"]["Properties"]["Policy"]
    assert {statement.pop("Principal") for statement in policy["Statement"]} == {"*"}
    answer = catalog.client("iam").simulate_custom_policy(
        PolicyInputList=[EVERYTHING, json.dumps(policy).replace('"execute-api:/', f'"{api}')],
        ActionNames=["execute-api:InvalidateCache", "execute-api:Invoke"],
        ResourceArns=[f"{api}{catalog.outputs['ApiStage']}/{path}"],
    )
    decisions = {one["EvalActionName"]: one["EvalDecision"] for one in answer["EvaluationResults"]}
    assert decisions == {"execute-api:InvalidateCache": "explicitDeny", "execute-api:Invoke": "allowed"}
