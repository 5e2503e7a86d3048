"""Users, over HTTP, on the embedded AWS with IAM enforced."""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import quote
from uuid import uuid4

import pytest

from scripts.signed_http import Api, Response
from tests.e2e.conftest import Deployed, eventually

pytestmark = pytest.mark.e2e

# What stands nowhere else in the engine, so that a search for it means something.
PRIVATE = "zarquon"


@pytest.fixture(scope="session")
def users(stacks: dict[str, Deployed]) -> Deployed:
    return stacks["users"]


def address() -> str:
    return f"{PRIVATE}.{uuid4().hex[:12]}@example.com"


def create(api: Api, email: str | None = None, *, key: str | None = None, **members: Any) -> Response:
    body = {"email": email or address(), "name": "Zarquon Secretive", **members}
    return api.call("POST", "/users", body, headers={"Idempotency-Key": key or str(uuid4())})


def found(api: Api, email: str) -> list[Any]:
    answer = api.call("GET", f"/users?email={quote(email)}")
    assert answer.status == 200, answer.content
    users: list[Any] = answer.json["users"]
    return users


def test_a_user_lives_from_creation_to_deletion(users: Deployed) -> None:
    email, moved = address(), address()
    made = create(users.api, email, phone="+4930123456")
    assert made.status == 201, made.content
    path = f"/users/{made.json['id']}"
    assert made.headers["location"].endswith(path)
    assert users.api.call("GET", path).json == made.json
    assert users.api.call("GET", path, headers={"If-None-Match": made.headers["etag"]}).status == 304
    assert found(users.api, email.upper()) == [made.json]
    changed = users.api.call(
        "PATCH", path, {"email": moved, "phone": None}, headers={"If-Match": made.headers["etag"]}
    )
    assert (changed.status, changed.json["version"]) == (200, 2)
    assert (found(users.api, email), found(users.api, moved)) == ([], [changed.json])
    stale = users.api.call("DELETE", path, headers={"If-Match": made.headers["etag"]})
    assert stale.status == 412
    gone = users.api.call("DELETE", path, headers={"If-Match": changed.headers["etag"]})
    assert (gone.status, gone.content) == (204, b"")
    assert users.api.call("GET", path).status == 404
    assert found(users.api, moved) == []
    assert create(users.api, moved).status == 201, "the address is free again"


def test_an_address_has_one_user_and_a_repeated_request_makes_no_second_one(users: Deployed) -> None:
    email, key = address(), str(uuid4())
    first, again = create(users.api, email, key=key), create(users.api, email, key=key)
    assert (first.status, again.status, first.content) == (201, 201, again.content)
    assert create(users.api, email.capitalize()).status == 409
    assert create(users.api, address(), key=key).status == 422


def test_pages_follow_one_another_and_a_rotation_of_the_key_breaks_no_token(users: Deployed) -> None:
    """S1.8: the token was handed out before the key was rotated; new containers have both keys."""
    made = {create(users.api).json["id"] for _ in range(3)}
    page = users.api.call("GET", "/users?limit=1").json
    users.client("secretsmanager").put_secret_value(
        SecretId=users.outputs["TokenSecretName"], SecretString=json.dumps({"key": uuid4().hex * 2})
    )
    restart(users)
    seen = [user["id"] for user in page["users"]]
    while "next_token" in page:
        answer = users.api.call("GET", f"/users?limit=2&next_token={page['next_token']}")
        assert answer.status == 200, answer.content
        page = answer.json
        seen += [user["id"] for user in page["users"]]
    assert made <= set(seen)
    assert len(seen) == len(set(seen))
    assert users.api.call("GET", "/users?next_token=abc.def").status == 400


def restart(users: Deployed) -> None:
    """New containers behind the API: what is kept in the old ones is gone."""
    functions = users.client("lambda")
    for output in ("ReadFunctionName", "WriteFunctionName"):
        name = users.outputs[output]
        variables = functions.get_function_configuration(FunctionName=name)["Environment"]["Variables"]
        functions.update_function_configuration(
            FunctionName=name, Environment={"Variables": {**variables, "RESTARTED": uuid4().hex}}
        )
        version = functions.publish_version(FunctionName=name)["Version"]
        functions.update_alias(FunctionName=name, Name="live", FunctionVersion=version)


def test_settings_are_followed_without_a_deployment(users: Deployed) -> None:
    """S1.8: the functions know the parameter by its name, and read what it says now."""
    parameters, name = users.client("ssm"), users.outputs["SettingsParameterName"]
    before = parameters.get_parameter(Name=name)["Parameter"]["Value"]
    assert json.loads(before)["table_name"] == users.outputs["TableName"]
    changed = json.dumps(json.loads(before) | {"deleted_retention_days": 400})
    parameters.put_parameter(Name=name, Type="String", Overwrite=True, Value=changed)
    try:
        restart(users)
        assert days_kept(users) == 400
    finally:
        parameters.put_parameter(Name=name, Type="String", Overwrite=True, Value=before)
        restart(users)
    assert days_kept(users) == 30


def days_kept(users: Deployed) -> int:
    """For how many days a user is kept who is deleted now."""
    made = create(users.api).json
    gone = users.api.call("DELETE", f"/users/{made['id']}", headers={"If-Match": "*"})
    assert gone.status == 204, gone.content
    key = {"pk": {"S": f"USER#{made['id']}"}, "sk": {"S": "PROFILE"}}
    row = users.client("dynamodb").get_item(TableName=users.outputs["TableName"], Key=key)["Item"]
    return round((int(row["ttl"]["N"]) - time.time()) / (24 * 3600))


def test_a_warm_container_serves_on_while_its_settings_cannot_be_read(users: Deployed) -> None:
    """S1.8."""
    assert users.anyone.call("GET", "/health").status == 200
    role = "dev-us-west-2-users-read-role"
    statement = {"Effect": "Deny", "Action": "ssm:GetParameter", "Resource": "*"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    users.client("iam").put_role_policy(RoleName=role, PolicyName="broken", PolicyDocument=document)
    try:
        assert users.anyone.call("GET", "/health").status == 200
    finally:
        users.client("iam").delete_role_policy(RoleName=role, PolicyName="broken")


def test_writers_who_collide_are_told_so_and_no_update_is_lost(users: Deployed) -> None:
    made = create(users.api, name="0").json
    path = f"/users/{made['id']}"
    statuses: Counter[int] = Counter()

    def raise_it(_: int) -> int:
        seen = users.api.call("GET", path)
        if seen.status != 200:
            return seen.status
        body = {"email": seen.json["email"], "name": str(int(seen.json["name"]) + 1)}
        return users.api.call("PUT", path, body, headers={"If-Match": seen.headers["etag"]}).status

    with ThreadPoolExecutor(4) as pool:
        statuses.update(pool.map(raise_it, range(24)))
    assert set(statuses) <= {200, 409, 412, 429}
    last = eventually(lambda: answer if (answer := users.api.call("GET", path)).status == 200 else None)
    assert last is not None
    assert (last.json["name"], last.json["version"]) == (str(statuses[200]), statuses[200] + 1)
    assert statuses[200]


@pytest.mark.parametrize(
    ("method", "headers", "body", "status"),
    [
        ("POST", {"Idempotency-Key": "e2e-400"}, b'{"name":', 400),
        ("POST", {}, b'{"name":"Ann","email":"a@b.example"}', 400),
        ("PUT", {"If-Match": '"7"'}, b'{"name":"Ann","email":"a@b.example"}', 412),
        ("POST", {"Idempotency-Key": "e2e-413"}, b'{"name":"' + b"x" * 17_000 + b'"}', 413),
        ("POST", {"Idempotency-Key": "e2e-415", "Content-Type": "text/plain"}, b"{}", 415),
        ("POST", {"Idempotency-Key": "e2e-422"}, b'{"name":7}', 422),
        ("PUT", {}, b'{"name":"Ann","email":"a@b.example"}', 428),
        ("DELETE", {}, b"", 428),
    ],
)
def test_each_refusal_has_its_status(
    users: Deployed, method: str, headers: dict[str, str], body: bytes, status: int
) -> None:
    path = "/users" if method == "POST" else f"/users/{create(users.api).json['id']}"
    answer = users.api.call(method, path, body, headers={"Content-Type": "application/json", **headers})
    assert answer.status == status, answer.content
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json["status"] == status


def test_without_a_signature_nothing_but_health_and_preflight_is_answered(users: Deployed) -> None:
    assert users.anyone.call("GET", "/health").json == {"status": "ok"}
    assert users.anyone.call("OPTIONS", "/users", headers={"Origin": "https://example.com"}).status == 204
    for method, path in (("GET", "/users"), ("POST", "/users"), ("DELETE", f"/users/{uuid4()}")):
        answer = users.anyone.call(method, path)
        assert answer.status == 403
        assert answer.headers["content-type"] == "application/problem+json"


def log_lines(users: Deployed) -> Iterator[str]:
    """Every line in every log group of the account."""
    logs = users.client("logs")
    for page in logs.get_paginator("describe_log_groups").paginate():
        for group in page["logGroups"]:
            for events in logs.get_paginator("filter_log_events").paginate(
                logGroupName=group["logGroupName"]
            ):
                for event in events["events"]:
                    yield event["message"]


def test_nothing_personal_is_in_any_log_metric_message_or_alarm(users: Deployed) -> None:
    """S1.8: after all that was sent here, and after requests that fail in every way there is."""
    email = address()
    made = create(users.api, email)
    for body in ({"email": email, PRIVATE: PRIVATE}, {"email": PRIVATE}, PRIVATE):
        create_headers = {"Idempotency-Key": str(uuid4())}
        assert users.api.call("POST", "/users", body, headers=create_headers).status in {400, 422}
    assert create(users.api, email).status == 409
    users.api.call("GET", f"/users/{PRIVATE}")
    users.api.call("GET", f"/users?email={PRIVATE}&next_token={PRIVATE}&{PRIVATE}={PRIVATE}")
    users.api.call("PUT", f"/users/{made.json['id']}", {"email": email}, headers={"If-Match": PRIVATE})
    broken_role(users, email)
    lines = list(log_lines(users))
    assert [line for line in lines if "request failed" in line], "a failure is in the log"
    assert [line for line in lines if "ClientErrors" in line], "and so are the metrics"
    assert [line for line in lines if PRIVATE in line.lower()] == []
    assert [line for line in lines if "secretive" in line.lower()] == []
    queue = users.client("sqs").receive_message(QueueUrl=users.outputs["DeadLettersUrl"])
    assert "Messages" not in queue


def broken_role(users: Deployed, email: str) -> None:
    """A request that fails because the function lost its permission."""
    iam, role = users.client("iam"), "dev-us-west-2-users-write-role"
    statement = {"Effect": "Deny", "Action": "dynamodb:*", "Resource": "*"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    iam.put_role_policy(RoleName=role, PolicyName="broken", PolicyDocument=document)
    try:
        failed = create(users.api, email)
    finally:
        iam.delete_role_policy(RoleName=role, PolicyName="broken")
    assert failed.status == 500
    assert PRIVATE not in failed.content.decode().lower()
