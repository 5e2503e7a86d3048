"""Requests that are refused, and pages of other sites."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from tests.handlers.users_support import NOBODY, OPERATIONS, ORIGIN, UsersWorld, address, unique

SAID = {"email": "ann@example.com", "name": "Ann"}
WITH_BODY = ("POST", "PUT", "PATCH")


def event_for(users: UsersWorld, method: str, **more: Any) -> dict[str, Any]:
    headers = {"Idempotency-Key": unique("key"), "If-Match": "*", **more.pop("headers", {})}
    user_id = None if method == "POST" else NOBODY
    return users.event(method, user_id=user_id, headers=headers, **more)


@pytest.mark.parametrize("method", WITH_BODY)
@pytest.mark.parametrize(
    ("more", "status"),
    [
        ({"body": '{"name":'}, 400),
        ({"body": "[]"}, 400),
        ({"body": '{"name":"a","name":"b"}'}, 400),
        ({"body": '{"name":"\\ud800"}'}, 400),
        ({"body": None, "headers": {"Content-Type": "application/json"}}, 400),
        ({"body": " " * 16385}, 413),
        ({"body": SAID, "headers": {"Content-Type": "text/plain"}}, 415),
        ({"body": SAID, "headers": {"Content-Encoding": "gzip"}}, 415),
    ],
    ids=str,
)
def test_a_body_that_cannot_be_read_has_its_status(
    users: UsersWorld, method: str, more: dict[str, Any], status: int
) -> None:
    event = event_for(users, method, **more)
    if method != "POST":
        made = users.post()
        event["pathParameters"] = {"id": made.body["id"]}
    assert users.send(event).status == status


@pytest.mark.parametrize(
    ("member", "value"),
    [
        ("name", ""),
        ("name", " x"),
        ("name", "x" * 101),
        ("name", None),
        ("phone", "030 123456"),
        ("locale", "english"),
        ("status", "DELETED"),
        ("id", NOBODY),
        ("ttl", 1),
    ],
)
def test_a_member_that_breaks_the_schema_is_named(users: UsersWorld, member: str, value: object) -> None:
    refused = users.post({"email": address(), "name": "Ann", member: value})
    assert refused.status == 422
    assert {error["pointer"] for error in refused.body["errors"]} == {f"/{member}"}


def test_a_body_that_is_not_utf_8_is_refused(users: UsersWorld) -> None:
    event = users.event("POST", body=SAID, headers={"Idempotency-Key": unique("key")})
    event |= {"body": base64.b64encode(b"\xff{}").decode(), "isBase64Encoded": True}
    assert users.send(event).status == 400


@pytest.mark.parametrize(("path", "method"), OPERATIONS)
def test_only_health_and_preflights_are_answered_without_an_identity(
    users: UsersWorld, path: str, method: str
) -> None:
    user_id = NOBODY if "{id}" in path else None
    event = users.event(method, path, user_id=user_id, body={}, caller=None)
    assert (users.send(event).status == 403) == (path != "/health" and method != "OPTIONS")


@pytest.mark.parametrize(("path", "method"), OPERATIONS)
def test_an_unknown_method_is_405_and_an_unknown_path_404(users: UsersWorld, path: str, method: str) -> None:
    event = users.event(method, path, user_id=NOBODY if "{id}" in path else None)
    api = users.behind(event)
    wrong = api.answer(event | {"httpMethod": "TRACE"}, request_id="r")
    assert wrong["statusCode"] == 405
    assert method in wrong["headers"]["Allow"]
    assert api.answer(event | {"resource": "/other"}, request_id="r")["statusCode"] == 404
    assert api.answer({}, request_id="r")["statusCode"] == 404


def test_an_operation_of_the_other_function_is_500_and_not_done(users: UsersWorld) -> None:
    """The gateway never sends it; if it did, nothing would be written by a function that only reads."""
    event = users.event("POST", body=SAID, headers={"Idempotency-Key": unique("key")})
    assert users.reader.answer(event, request_id="r")["statusCode"] == 413
    read = users.event("GET", user_id=NOBODY)
    assert users.writer.answer(read, request_id="r")["statusCode"] == 500


@pytest.mark.parametrize("origin", [ORIGIN, "https://www.example.com"])
def test_a_page_of_an_allowed_origin_may_read_the_answer(users: UsersWorld, origin: str) -> None:
    """S1.12."""
    for event in (
        users.event("GET", headers={"Origin": origin}),
        users.event("GET", user_id=NOBODY, headers={"Origin": origin}),
        users.event("POST", body="{", headers={"Origin": origin, "Idempotency-Key": unique("key")}),
    ):
        headers = users.send(event).headers
        assert headers["Access-Control-Allow-Origin"] == origin
        assert headers["Access-Control-Expose-Headers"] == "ETag, Location, Retry-After"
    preflight = users.send(users.event("OPTIONS", headers={"Origin": origin}))
    assert preflight.status == 204
    assert preflight.headers["Access-Control-Allow-Methods"] == "GET, POST"
    assert "If-Match" in preflight.headers["Access-Control-Allow-Headers"]


@pytest.mark.parametrize("origin", ["https://evil.example", "http://example.com", "null", ORIGIN + ".evil"])
def test_a_page_of_another_origin_may_not(users: UsersWorld, origin: str) -> None:
    """S1.12."""
    for method in ("GET", "OPTIONS"):
        answer = users.send(users.event(method, headers={"Origin": origin}))
        assert not [name for name in answer.headers if name.startswith("Access-Control")]


def test_health_reads_the_table(users: UsersWorld) -> None:
    answer = users.send(users.event("GET", "/health", caller=None))
    assert (answer.status, answer.body) == (200, {"status": "ok"})
    assert answer.headers["Cache-Control"] == "no-store"
