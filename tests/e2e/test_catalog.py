"""The catalog, over HTTP on the embedded AWS with IAM enforced."""

from __future__ import annotations

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import uuid4

import pytest
from botocore.credentials import Credentials

from scripts.signed_http import Api, Response
from tests.e2e.conftest import REGION, Deployed, eventually

pytestmark = pytest.mark.e2e

SAID = {"name": "Desk lamp", "category": "lighting", "price": {"amount": "19.90", "currency": "EUR"}}
GATEWAY = "x-amzn-errortype"  # only the gateway's own answers carry it


@pytest.fixture(scope="module")
def catalog(stacks: dict[str, Deployed]) -> Deployed:
    return stacks["catalog"]


def call(api: Api, method: str, path: str, body: object = None, **headers: str) -> Response:
    """One request, again while the stage's throttle refuses it: the tests share its bucket."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}

    def answered() -> Response | None:
        answer = api.call(method, path, body, headers=named)
        return None if answer.status == 429 else answer

    found = eventually(answered)
    assert found is not None
    return found


def create(api: Api, **said: Any) -> Response:
    body = {"sku": f"E2E-{uuid4().hex[:12].upper()}", **SAID, **said}
    answer = call(api, "POST", "/products", body, Idempotency_Key=str(uuid4()))
    assert answer.status == 201, answer.content
    return answer


def path_of(created: Response) -> str:
    return f"/products/{created.json['sku']}"


def test_a_product_lives_from_its_creation_to_its_end(catalog: Deployed) -> None:
    created = create(catalog.api)
    path = path_of(created)
    assert created.headers["location"] == f"/v1{path}"
    assert call(catalog.api, "GET", path).json == created.json
    patched = call(catalog.api, "PATCH", path, {"price": {"amount": "17"}}, If_Match='"1"')
    assert patched.json["price"] == {"amount": "17", "currency": "EUR"}
    replaced = call(catalog.api, "PUT", path, SAID, If_Match=patched.headers["etag"])
    assert (replaced.status, replaced.headers["etag"]) == (200, '"3"')
    assert call(catalog.api, "DELETE", path, If_Match='"3"').status == 204
    assert call(catalog.api, "GET", path).status == 404


def test_pages_follow_one_another_in_a_category_and_in_all(catalog: Deployed) -> None:
    category = f"e2e-{uuid4().hex}"
    made = sorted(create(catalog.api, category=category).json["sku"] for _ in range(3))
    for path in (f"/products?category={category}&limit=2", "/products?limit=2"):
        seen: list[str] = []
        token = ""
        while True:
            page = call(catalog.api, "GET", path + (f"&next_token={token}" if token else ""))
            assert page.status == 200, page.content
            seen += [product["sku"] for product in page.json["products"]]
            if not (token := page.json.get("next_token", "")):
                break
        assert seen == sorted(set(seen))
        assert [sku for sku in seen if sku in made] == made


@pytest.mark.parametrize(
    ("method", "headers", "body", "status"),
    [
        ("POST", {"Idempotency_Key": "e2e"}, b'{"name":', 400),
        ("POST", {}, b"{}", 400),
        ("PUT", {"If_Match": "no tag"}, json.dumps(SAID).encode(), 400),
        ("PUT", {"If_Match": '"7"'}, json.dumps(SAID).encode(), 412),
        ("POST", {"Idempotency_Key": "e2e"}, b'{"name":"' + b"x" * 70_000 + b'"}', 413),
        ("POST", {"Idempotency_Key": "e2e", "Content_Type": "text/plain"}, b"{}", 415),
        ("POST", {"Idempotency_Key": "e2e"}, b'{"name":7}', 422),
        ("PUT", {}, json.dumps(SAID).encode(), 428),
        ("PATCH", {}, b'{"name":"x"}', 428),
        ("DELETE", {}, b"", 428),
        ("GET", {"If_None_Match": '"1"'}, b"", 200),
    ],
)
def test_each_refusal_has_its_status(
    catalog: Deployed, method: str, headers: dict[str, str], body: bytes, status: int
) -> None:
    path = "/products" if method == "POST" else path_of(create(catalog.api))
    answer = call(catalog.api, method, path, body, **{"Content_Type": "application/json", **headers})
    assert answer.status == status, answer.content
    if status >= 400:
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json["status"] == status


def test_a_second_product_of_one_sku_is_409_and_an_absent_one_404(catalog: Deployed) -> None:
    created = create(catalog.api)
    again = {"sku": created.json["sku"], **SAID}
    refused = call(catalog.api, "POST", "/products", again, Idempotency_Key=str(uuid4()))
    assert (refused.status, refused.json["type"]) == (409, "urn:problem:already-exists")
    for method, body in (("GET", None), ("PUT", SAID), ("PATCH", {"name": "x"}), ("DELETE", None)):
        assert call(catalog.api, method, "/products/E2E-ABSENT", body, If_Match="*").status == 404


def test_a_repeated_post_creates_once(catalog: Deployed) -> None:
    body, key = {"sku": f"E2E-{uuid4().hex[:12].upper()}", **SAID}, str(uuid4())
    first, second = (call(catalog.api, "POST", "/products", body, Idempotency_Key=key) for _ in range(2))
    assert (first.status, second.status) == (201, 201)
    assert first.content == second.content


def test_writers_who_collide_are_told_so_and_no_update_is_lost(catalog: Deployed) -> None:
    path = path_of(create(catalog.api))
    statuses: list[int] = []
    with ThreadPoolExecutor(4) as pool:
        for _ in range(10):
            calls = [
                pool.submit(catalog.api.call, "PATCH", path, {"name": str(number)}, headers={"If-Match": "*"})
                for number in range(4)
            ]
            statuses += [one.result().status for one in calls]
    assert set(statuses) <= {200, 409, 429}
    assert 200 in statuses
    assert call(catalog.api, "GET", path).json["version"] == 1 + statuses.count(200)


def test_of_writers_who_saw_one_version_one_wins(catalog: Deployed) -> None:
    path = path_of(create(catalog.api))
    with ThreadPoolExecutor(4) as pool:
        answers = list(
            pool.map(
                lambda name: call(catalog.api, "PUT", path, {**SAID, "name": name}, If_Match='"1"'), "abcd"
            )
        )
    statuses = [one.status for one in answers]
    assert statuses.count(200) == 1
    assert set(statuses) <= {200, 409, 412}
    assert call(catalog.api, "GET", path).json["version"] == 2


def test_a_page_of_example_com_may_call_and_no_foreign_one(catalog: Deployed) -> None:
    """S2.9: preflight, success, the function's errors and the gateway's."""
    origin = "https://example.com"
    for answer in (
        call(catalog.anyone, "OPTIONS", "/products", Origin=origin, Access_Control_Request_Method="POST"),
        call(catalog.api, "GET", "/products", Origin=origin),
        call(catalog.api, "GET", "/products/E2E-ABSENT", Origin=origin),
        call(catalog.anyone, "GET", "/products", Origin=origin),
    ):
        assert answer.headers["access-control-allow-origin"] == origin, answer.content
        assert answer.headers["vary"] == "Origin"
    for answer in (
        call(catalog.anyone, "OPTIONS", "/products", Origin="https://evil.example"),
        call(catalog.api, "GET", "/products", Origin="https://evil.example"),
    ):
        assert "access-control-allow-origin" not in answer.headers


def test_only_what_the_resource_policy_opens_is_open(catalog: Deployed) -> None:
    """S2.4, S2.7: the policy that closes the cache must not open the rest."""
    assert call(catalog.anyone, "GET", "/health").json == {"status": "ok"}
    assert call(catalog.anyone, "OPTIONS", "/products/A").status == 204
    for method, path in (("GET", "/products"), ("POST", "/products"), ("DELETE", "/products/A")):
        answer = call(catalog.anyone, method, path)
        assert answer.status == 403
        assert GATEWAY in answer.headers


@pytest.fixture
def users(catalog: Deployed) -> Iterator[dict[str, Api]]:
    """An IAM user who may call the API, and one who may not."""
    iam = catalog.client("iam")
    statement = {
        "Effect": "Allow",
        "Action": "execute-api:Invoke",
        "Resource": f"arn:aws:execute-api:{REGION}:000000000000:{catalog.outputs['ApiId']}/*",
    }
    document = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    made, names = {}, {kind: f"{kind}-{uuid4().hex[:8]}" for kind in ("allowed", "stranger")}
    for kind, name in names.items():
        iam.create_user(UserName=name)
        keys = iam.create_access_key(UserName=name)["AccessKey"]
        made[kind] = Api(catalog.url, REGION, Credentials(keys["AccessKeyId"], keys["SecretAccessKey"]))
    iam.put_user_policy(UserName=names["allowed"], PolicyName="call", PolicyDocument=document)
    yield made


def test_every_caller_sees_what_another_wrote_and_a_stranger_sees_nothing(
    catalog: Deployed, users: dict[str, Api]
) -> None:
    created = create(catalog.api)
    other = eventually(
        lambda: answer if (answer := call(users["allowed"], "GET", path_of(created))).status != 403 else None
    )
    assert other is not None
    assert (other.status, other.json) == (200, created.json)
    assert call(users["stranger"], "GET", path_of(created)).status == 403


def test_a_function_without_its_permission_answers_500_and_says_nothing_about_why(catalog: Deployed) -> None:
    iam, role = catalog.client("iam"), "dev-us-west-2-catalog-api-role"
    statement = {"Effect": "Deny", "Action": "dynamodb:*", "Resource": "*"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    iam.put_role_policy(RoleName=role, PolicyName="broken", PolicyDocument=document)
    try:
        listed = call(catalog.api, "GET", "/products")
        health = call(catalog.anyone, "GET", "/health")
    finally:
        iam.delete_role_policy(RoleName=role, PolicyName="broken")
    assert listed.status == 500
    assert "dynamodb" not in listed.content.decode().lower()
    assert (health.status, health.json["type"]) == (503, "urn:problem:unhealthy")
    assert call(catalog.anyone, "GET", "/health").status == 200


def test_whoever_asks_too_often_is_told_when_to_come_back(catalog: Deployed) -> None:
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: catalog.anyone.call("OPTIONS", "/health"), range(150)))
    refused = [answer for answer in answers if answer.status == 429]
    assert refused
    assert {answer.headers["retry-after"] for answer in refused} == {"1"}


def test_the_stage_has_its_cache_and_each_method_its_settings(catalog: Deployed) -> None:
    """S2.4: as far as the embedded AWS goes, which keeps the settings and caches nothing."""
    found = catalog.client("apigateway").get_stage(
        restApiId=catalog.outputs["ApiId"], stageName=catalog.outputs["ApiStage"]
    )
    assert (found["cacheClusterEnabled"], found["cacheClusterSize"]) == (True, "0.5")
    settings = found["methodSettings"]
    cached = {name for name, one in settings.items() if one["cachingEnabled"]}
    # CloudFormation here keeps each method twice: as the template writes it, and where the gateway looks.
    assert cached == {
        f"{path}/GET" for path in ("/products", "/products/{sku}", "/~1products", "/~1products~1{sku}")
    }
    for name in cached:
        assert settings[name]["cacheTtlInSeconds"] == int(catalog.outputs["CacheTtlSeconds"]) == 30
        assert settings[name]["cacheDataEncrypted"] is True


def test_the_outputs_name_what_is_there(catalog: Deployed) -> None:
    """S2.3, S2.11."""
    outputs = catalog.outputs
    logs = catalog.client("logs")
    for name in ("AccessLogGroupName", "ExecutionLogGroupName", "FunctionLogGroupName"):
        (group,) = logs.describe_log_groups(logGroupNamePrefix=outputs[name])["logGroups"]
        assert group["retentionInDays"] == 14
    key = catalog.client("kms").describe_key(KeyId=outputs["KeyId"])["KeyMetadata"]
    assert key["Arn"] == outputs["KeyArn"]
    table = catalog.client("dynamodb").describe_table(TableName=outputs["TableName"])["Table"]
    assert table["TableArn"] == outputs["TableArn"]
    assert catalog.client("lambda").get_function(FunctionName=outputs["ApiFunctionName"])
