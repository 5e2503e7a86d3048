"""Items, over HTTP and through its stream, on the embedded AWS with IAM enforced."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import uuid4

import pytest

from scripts.signed_http import Api, Response
from tests.e2e.conftest import Deployed, eventually

pytestmark = pytest.mark.e2e


def create(api: Api, **members: Any) -> Response:
    body = {"name": "Lamp", **members}
    answer = api.call("POST", "/items", body, headers={"Idempotency-Key": str(uuid4())})
    assert answer.status == 201, answer.content
    return answer


def rows(deployed: Deployed, key: str) -> list[dict[str, Any]]:
    found = deployed.client("dynamodb").query(
        TableName=deployed.outputs["AuditTableName"],
        KeyConditionExpression="pk = :pk",
        ExpressionAttributeValues={":pk": {"S": key}},
        ConsistentRead=True,
    )
    items: list[dict[str, Any]] = found["Items"]
    return items


def counters(deployed: Deployed, owner: str) -> dict[str, int]:
    return {
        name: int(value["N"])
        for row in rows(deployed, f"STATS#{owner}")
        for name, value in row.items()
        if "N" in value
    }


def test_every_change_of_an_item_reaches_the_audit_trail_in_order(deployed: Deployed) -> None:
    created = create(deployed.api)
    path = f"/items/{created.json['id']}"
    changed = deployed.api.call("PATCH", path, {"status": "ARCHIVED"}, headers={"If-Match": '"1"'})
    assert changed.status == 200
    gone = deployed.api.call("DELETE", path, headers={"If-Match": changed.headers["etag"]})
    assert gone.status == 204
    key = f"ITEM#{created.json['id']}"
    trail = eventually(lambda: found if len(found := rows(deployed, key)) == 3 else None)
    assert trail is not None
    assert [row["kind"]["S"] for row in trail] == ["CREATED", "UPDATED", "DELETED"]


def test_redelivered_records_change_nothing(deployed: Deployed) -> None:
    created = create(deployed.api)
    key, owner = f"ITEM#{created.json['id']}", created.json["owner"]
    eventually(lambda: rows(deployed, key))
    settled = counters(deployed, owner)
    event = {
        "Records": [
            record for record in stream_records(deployed) if record["dynamodb"]["Keys"]["pk"]["S"] == key
        ]
    }
    assert len(event["Records"]) == 1
    for _ in range(2):
        answer = deployed.client("lambda").invoke(
            FunctionName=deployed.outputs["StreamFunctionName"],
            Qualifier="live",
            Payload=json.dumps(event, default=str).encode(),
        )
        assert json.loads(answer["Payload"].read()) == {"batchItemFailures": []}
    assert len(rows(deployed, key)) == 1
    assert counters(deployed, owner) == settled


def stream_records(deployed: Deployed) -> list[dict[str, Any]]:
    """All that the items table's stream holds, in the shape that Lambda hands on."""
    client, arn = deployed.client("dynamodbstreams"), deployed.outputs["TableStreamArn"]
    found: list[dict[str, Any]] = []
    for shard in client.describe_stream(StreamArn=arn)["StreamDescription"]["Shards"]:
        iterator = client.get_shard_iterator(
            StreamArn=arn, ShardId=shard["ShardId"], ShardIteratorType="TRIM_HORIZON"
        )["ShardIterator"]
        found += client.get_records(ShardIterator=iterator)["Records"]
    for record in found:
        created = record["dynamodb"]["ApproximateCreationDateTime"]
        record["dynamodb"]["ApproximateCreationDateTime"] = created.timestamp()
        record["eventSourceARN"] = arn
    return found


def test_a_record_that_can_never_be_processed_is_kept_as_a_rejection(deployed: Deployed) -> None:
    key = f"ITEM#{uuid4()}"
    deployed.client("dynamodb").put_item(
        TableName=deployed.outputs["TableName"], Item={"pk": {"S": key}, "sk": {"S": "META"}}
    )
    rejected = eventually(lambda: rows(deployed, key))
    assert [row["kind"]["S"] for row in rejected] == ["REJECTED"]
    assert rejected[0]["reason"]["S"]


def test_a_page_of_an_allowed_origin_may_call_and_no_other(deployed: Deployed) -> None:
    for origin in ("https://example.com", "http://localhost:3000"):
        preflight = deployed.anyone.call(
            "OPTIONS", "/items", headers={"Origin": origin, "Access-Control-Request-Method": "POST"}
        )
        assert preflight.status == 204
        assert preflight.headers["access-control-allow-origin"] == origin
        assert "POST" in preflight.headers["access-control-allow-methods"]
        assert preflight.headers["vary"] == "Origin"
        listed = deployed.api.call("GET", "/items", headers={"Origin": origin})
        assert listed.headers["access-control-allow-origin"] == origin
    for origin in ("https://evil.example", "https://example.com.evil.example", "null"):
        for answer in (
            deployed.anyone.call("OPTIONS", "/items", headers={"Origin": origin}),
            deployed.api.call("GET", "/items", headers={"Origin": origin}),
        ):
            assert "access-control-allow-origin" not in answer.headers
            assert answer.headers["vary"] == "Origin"


def test_pages_follow_one_another_to_the_end_without_gap_or_repetition(deployed: Deployed) -> None:
    made = {create(deployed.api, status="INACTIVE").json["id"] for _ in range(5)}
    seen: list[str] = []
    path = "/items?status=INACTIVE&limit=2"
    token = ""
    while True:
        page = deployed.api.call("GET", path + (f"&next_token={token}" if token else ""))
        assert page.status == 200, page.content
        seen += [item["id"] for item in page.json["items"]]
        if not (token := page.json.get("next_token", "")):
            break
    assert len(seen) == len(set(seen))
    assert made <= set(seen)
    tampered = deployed.api.call("GET", "/items?next_token=abc.def")
    assert tampered.status == 400


def test_writers_who_collide_are_told_so_and_no_update_is_lost(deployed: Deployed) -> None:
    path = f"/items/{create(deployed.api).json['id']}"
    statuses: list[int] = []
    with ThreadPoolExecutor(4) as pool:
        for _ in range(25):
            calls = [
                pool.submit(
                    deployed.api.call, "PATCH", path, {"name": str(number)}, headers={"If-Match": "*"}
                )
                for number in range(4)
            ]
            statuses += [call.result().status for call in calls]
            if 409 in statuses:
                break
    assert 409 in statuses
    assert set(statuses) <= {200, 409, 429}
    version = deployed.api.call("GET", path).json["version"]
    assert version == 1 + statuses.count(200)


@pytest.mark.parametrize(
    ("method", "headers", "body", "status"),
    [
        ("POST", {"Idempotency-Key": "e2e-400"}, b'{"name":', 400),
        ("POST", {}, b'{"name":"Lamp"}', 400),
        ("PUT", {"If-Match": '"7"'}, b'{"name":"Lamp"}', 412),
        ("POST", {"Idempotency-Key": "e2e-413"}, b'{"name":"' + b"x" * 70_000 + b'"}', 413),
        ("POST", {"Idempotency-Key": "e2e-415", "Content-Type": "text/plain"}, b'{"name":"Lamp"}', 415),
        ("POST", {"Idempotency-Key": "e2e-422"}, b'{"name":7}', 422),
        ("PUT", {}, b'{"name":"Lamp"}', 428),
        ("DELETE", {}, b"", 428),
        ("GET", {"If-None-Match": '"1"'}, b"", 304),
    ],
)
def test_each_refusal_has_its_status(
    deployed: Deployed, method: str, headers: dict[str, str], body: bytes, status: int
) -> None:
    path = "/items" if method == "POST" else f"/items/{create(deployed.api).json['id']}"
    answer = deployed.api.call(method, path, body, headers={"Content-Type": "application/json", **headers})
    assert answer.status == status, answer.content
    if status >= 400:
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json["status"] == status


def test_what_is_absent_and_what_is_somebody_elses_look_the_same(deployed: Deployed) -> None:
    mine = create(deployed.api).json["id"]
    stranger = other_caller(deployed)
    absent = deployed.api.call("GET", f"/items/{uuid4()}")
    foreign = eventually(
        lambda: answer if (answer := stranger.call("GET", f"/items/{mine}")).status != 403 else None
    )
    assert foreign is not None
    assert (absent.status, foreign.status) == (404, 404)
    assert {**absent.json, "request_id": ""} == {**foreign.json, "request_id": ""}


def other_caller(deployed: Deployed) -> Api:
    """A second IAM user who may call the API."""
    iam = deployed.client("iam")
    name = f"caller-{uuid4().hex[:8]}"
    iam.create_user(UserName=name)
    statement = {
        "Effect": "Allow",
        "Action": "execute-api:Invoke",
        "Resource": f"arn:aws:execute-api:us-west-2:000000000000:{deployed.outputs['ApiId']}/*",
    }
    document = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    iam.put_user_policy(UserName=name, PolicyName="call", PolicyDocument=document)
    keys = iam.create_access_key(UserName=name)["AccessKey"]
    from botocore.credentials import Credentials

    return Api(deployed.url, "us-west-2", Credentials(keys["AccessKeyId"], keys["SecretAccessKey"]))


def test_without_a_signature_nothing_but_health_and_preflight_is_answered(deployed: Deployed) -> None:
    assert deployed.anyone.call("GET", "/health").json == {"status": "ok"}
    for method, path in (("GET", "/items"), ("POST", "/items"), ("DELETE", f"/items/{uuid4()}")):
        answer = deployed.anyone.call(method, path)
        assert answer.status == 403
        assert answer.headers["content-type"] == "application/problem+json"


def test_a_function_without_its_permission_answers_500_and_says_nothing_about_why(deployed: Deployed) -> None:
    iam, role = deployed.client("iam"), "dev-us-west-2-items-api-role"
    statement = {"Effect": "Deny", "Action": "dynamodb:*", "Resource": "*"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    iam.put_role_policy(RoleName=role, PolicyName="broken", PolicyDocument=document)
    try:
        listed = deployed.api.call("GET", "/items")
        health = deployed.anyone.call("GET", "/health")
    finally:
        iam.delete_role_policy(RoleName=role, PolicyName="broken")
    assert listed.status == 500
    assert "dynamodb" not in listed.content.decode().lower()
    assert health.status == 503
    assert int(health.headers["retry-after"]) > 0
    assert deployed.anyone.call("GET", "/health").status == 200


def test_whoever_asks_too_often_is_told_when_to_come_back(deployed: Deployed) -> None:
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: deployed.anyone.call("OPTIONS", "/health"), range(150)))
    refused = [answer for answer in answers if answer.status == 429]
    assert refused
    assert {answer.headers["retry-after"] for answer in refused} == {"1"}
    assert {answer.headers["content-type"] for answer in refused} == {"application/problem+json"}


def test_a_second_deployment_changes_nothing(deployed: Deployed) -> None:
    from tests.e2e.conftest import deploy

    outcomes = {one["stack"]: one["outcome"] for one in deploy(deployed.engine) if one["type"] == "outcome"}
    assert set(outcomes.values()) == {"NoChange"}
