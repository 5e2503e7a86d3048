"""Whatever comes in, a documented answer goes out."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from handlers.items.audit import AuditTrail
from handlers.items.stream import process
from tests.handlers.items_support import AUDIT_TABLE, CONTRACT, AwsClients, FixedClock, ItemsWorld, checked

BOUNDED = settings(
    max_examples=120,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    database=None,
)
OPERATIONS = [(path, method.upper()) for path, item in CONTRACT["paths"].items() for method in item]
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(), max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=10), inner, max_size=4),
    max_leaves=12,
)
LIKELY = st.fixed_dictionaries(
    {},
    optional=dict.fromkeys(("name", "description", "status", "attributes", "ttl"), JSON),
)
NUMBERS = st.from_regex(r"-?(0|[1-9][0-9]{0,60})(\.[0-9]{1,60})?([eE][+-]?[0-9]{1,25})?", fullmatch=True)
TEXTS = (
    st.binary(max_size=200)
    | (JSON | LIKELY).map(lambda value: json.dumps(value).encode())
    | NUMBERS.map(lambda number: f'{{"name":"a","attributes":{{"n":{number}}}}}'.encode())
)
HEADER_NAMES = ("Content-Type", "Idempotency-Key", "If-Match", "If-None-Match", "Origin", "Content-Encoding")
HEADERS = st.dictionaries(
    st.sampled_from(HEADER_NAMES) | st.text(max_size=10),
    st.sampled_from(["application/json", "*", '"1"', "https://example.com", "key", "W/,"])
    | st.text(max_size=30),
    max_size=6,
)
QUERY = st.dictionaries(
    st.sampled_from(["status", "limit", "next_token"]) | st.text(max_size=8), st.text(max_size=20), max_size=4
)


REQUEST = st.fixed_dictionaries(
    {
        "operation": st.sampled_from(OPERATIONS),
        "body": TEXTS,
        "headers": HEADERS,
        "query": QUERY,
        "is_base64": st.booleans(),
        "item_id": st.just("00000000-0000-4000-8000-000000000000") | st.text(max_size=40),
    }
)


@given(request=REQUEST)
@BOUNDED
def test_any_request_gets_a_documented_answer(items: ItemsWorld, request: dict[str, Any]) -> None:
    (path, method), body, is_base64 = request["operation"], request["body"], request["is_base64"]
    sound = {"Content-Type": "application/json", "Idempotency-Key": "any", "If-Match": "*"}
    headers = sound | request["headers"]
    text = base64.b64encode(body).decode() if is_base64 else body.decode("utf-8", errors="replace")
    event = items.event(method, path, item_id=request["item_id"], headers=headers, query=request["query"])
    event |= {"body": text, "isBase64Encoded": is_base64}
    assert checked(event, items.api.answer(event, request_id="r")).status != 500


@given(patch=LIKELY)
@BOUNDED
def test_any_patch_of_an_item_gets_a_documented_answer(items: ItemsWorld, patch: dict[str, Any]) -> None:
    made = items.post({"name": "a", "attributes": {"a": 1}})
    answer = items.change("PATCH", made.body["id"], patch, if_match='"1"')
    assert answer.status in {200, 400, 422}
    if answer.status == 200:
        assert items.get(made.body["id"]).text == answer.text


@given(
    event=st.dictionaries(
        st.sampled_from(
            [
                "headers",
                "requestContext",
                "body",
                "httpMethod",
                "resource",
                "pathParameters",
                "queryStringParameters",
                "multiValueHeaders",
                "multiValueQueryStringParameters",
            ]
        ),
        JSON,
    )
)
@BOUNDED
def test_an_event_of_any_shape_is_answered(items: ItemsWorld, event: dict[str, Any]) -> None:
    assert 400 <= items.api.answer(event, request_id="r")["statusCode"] < 500


TYPED = st.sampled_from(["S", "N", "M", "NULL", "B"]).flatmap(
    lambda kind: JSON.map(lambda value: {kind: value})
)
IMAGE = st.fixed_dictionaries(
    {
        "owner": TYPED | st.just({"S": "any-owner"}),
        "status": TYPED | st.just({"S": "ACTIVE"}),
        "version": TYPED | st.just({"N": "1"}),
    },
    optional={"name": TYPED, "ttl": TYPED, "attributes": TYPED},
)
RECORD = st.fixed_dictionaries(
    {
        "eventName": st.sampled_from(["INSERT", "MODIFY", "REMOVE"]) | JSON,
        "dynamodb": st.fixed_dictionaries(
            {
                "Keys": st.just({"pk": {"S": "ITEM#any"}, "sk": {"S": "META"}}) | JSON,
                "SequenceNumber": st.integers(min_value=0, max_value=10**40 - 1).map(str) | JSON,
            },
            optional={
                "OldImage": IMAGE | JSON,
                "NewImage": IMAGE | JSON,
                "ApproximateCreationDateTime": JSON,
            },
        ),
    },
    optional={"userIdentity": JSON},
)


@given(record=RECORD)
@BOUNDED
def test_any_record_is_audited_or_rejected_and_never_stops_the_stream(
    aws: AwsClients, record: dict[str, Any]
) -> None:
    counted: dict[str, int] = {}
    trail = AuditTrail(aws.dynamodb, table=AUDIT_TABLE, clock=FixedClock())
    assert process([record], trail, count=counted.__setitem__) == {"batchItemFailures": []}
    assert sum(counted.values()) == 1


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_values_that_are_no_text_are_left_out(items: ItemsWorld, method: str) -> None:
    event = items.event(method, "/items")
    event |= {
        "headers": {"A": None},
        "multiValueHeaders": {"B": "x", "C": [None]},
        "queryStringParameters": {"limit": None},
    }
    assert items.send(event).status == (200 if method == "GET" else 400)
