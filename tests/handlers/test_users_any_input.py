"""Whatever comes in, a documented answer goes out, and it is no 500."""

from __future__ import annotations

import base64
import json
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.handlers.users_support import CONTRACT, NOBODY, OPERATIONS, UsersWorld, address

BOUNDED = settings(
    max_examples=150,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    database=None,
)
EMAIL = CONTRACT["components"]["schemas"]["Email"]["pattern"]
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(), max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=10), inner, max_size=4),
    max_leaves=12,
)
MEMBER = JSON | st.from_regex(EMAIL) | st.sampled_from(["+4930123456", "de", "Ann"])
LIKELY = st.fixed_dictionaries({}, optional=dict.fromkeys(("email", "name", "phone", "locale"), MEMBER))
BODIES = st.binary(max_size=200) | (JSON | LIKELY).map(lambda value: json.dumps(value).encode())
HEADERS = st.dictionaries(
    st.sampled_from(
        ["Content-Type", "Idempotency-Key", "If-Match", "If-None-Match", "Origin", "Content-Encoding"]
    )
    | st.text(max_size=10),
    st.sampled_from(["application/json", "*", '"1"', "https://example.com", "key", "W/,"])
    | st.text(max_size=30),
    max_size=6,
)
QUERY = st.dictionaries(
    st.sampled_from(["email", "limit", "next_token"]) | st.text(max_size=8),
    st.text(max_size=20) | st.from_regex(EMAIL) | st.integers().map(str),
    max_size=4,
)
REQUEST = st.fixed_dictionaries(
    {
        "operation": st.sampled_from(OPERATIONS),
        "body": BODIES,
        "headers": HEADERS,
        "query": QUERY,
        "is_base64": st.booleans(),
        "user_id": st.just(NOBODY) | st.text(max_size=40),
    }
)
SHAPES = (
    "headers",
    "requestContext",
    "body",
    "httpMethod",
    "resource",
    "pathParameters",
    "queryStringParameters",
    "multiValueHeaders",
    "multiValueQueryStringParameters",
)


@given(request=REQUEST)
@BOUNDED
def test_any_request_gets_a_documented_answer(users: UsersWorld, request: dict[str, Any]) -> None:
    (path, method), body, is_base64 = request["operation"], request["body"], request["is_base64"]
    sound = {"Content-Type": "application/json", "Idempotency-Key": "any", "If-Match": "*"}
    text = base64.b64encode(body).decode() if is_base64 else body.decode("utf-8", errors="replace")
    event = users.event(
        method,
        path,
        user_id=request["user_id"] if "{id}" in path else None,
        headers=sound | request["headers"],
        query=request["query"],
    )
    event |= {"body": text, "isBase64Encoded": is_base64}
    assert users.send(event).status < 500


@given(patch=LIKELY)
@BOUNDED
def test_any_patch_of_a_user_gets_a_documented_answer(users: UsersWorld, patch: dict[str, Any]) -> None:
    made = users.post({"email": address("patch"), "name": "a", "locale": "de"})
    answer = users.change("PATCH", made.body["id"], patch, if_match='"1"')
    assert answer.status in {200, 400, 409, 422}
    assert users.get(made.body["id"]).text == (answer.text if answer.status == 200 else made.text)


@given(event=st.dictionaries(st.sampled_from(SHAPES), JSON))
@BOUNDED
def test_an_event_of_any_shape_is_answered(users: UsersWorld, event: dict[str, Any]) -> None:
    for api in (users.reader, users.writer):
        assert 400 <= api.answer(event, request_id="r")["statusCode"] < 500
