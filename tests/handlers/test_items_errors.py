from __future__ import annotations

import base64
from typing import Any

import pytest
from botocore.exceptions import (
    ConnectTimeoutError,
    EndpointConnectionError,
    NoCredentialsError,
    ReadTimeoutError,
)

from tests.handlers.items_support import Failing, ItemsWorld, client_error, operation_of

ITEM = "00000000-0000-4000-8000-000000000000"
TIMEOUT = ReadTimeoutError(endpoint_url="https://dynamodb")  # type: ignore[no-untyped-call, unused-ignore]
CAUSES: list[tuple[Exception, int]] = [
    (client_error("ProvisionedThroughputExceededException"), 429),
    (client_error("ThrottlingException"), 429),
    (client_error("RequestLimitExceeded"), 429),
    (client_error("TransactionCanceledException", reasons=("None", "ThrottlingError")), 429),
    (client_error("TransactionCanceledException", reasons=("TransactionConflict", "ThrottlingError")), 429),
    (client_error("InternalServerError", status=500), 503),
    (client_error("SomethingNew", status=502), 503),
    (client_error("RequestTimeout"), 503),
    (TIMEOUT, 503),
    (ConnectTimeoutError(endpoint_url="https://dynamodb"), 503),  # type: ignore[no-untyped-call, unused-ignore]
    (EndpointConnectionError(endpoint_url="https://dynamodb"), 503),  # type: ignore[no-untyped-call, unused-ignore]
    (client_error("AccessDeniedException"), 500),
    (client_error("ResourceNotFoundException"), 500),
    (client_error("ValidationException"), 500),
    (client_error("TransactionCanceledException", reasons=("ValidationError", "None")), 500),
    (NoCredentialsError(), 500),  # type: ignore[no-untyped-call, unused-ignore]
    (RuntimeError("a bug"), 500),
]
CONFLICTS = [
    client_error("TransactionConflictException"),
    client_error("TransactionInProgressException"),
    client_error("TransactionCanceledException", reasons=("TransactionConflict", "None")),
    client_error("TransactionCanceledException", reasons=("None", "TransactionConflict")),
]
REQUESTS: dict[str, dict[str, Any]] = {
    "createItem": {"method": "POST", "resource": "/items", "body": {"name": "a"}},
    "listItems": {"method": "GET", "resource": "/items"},
    "getItem": {"method": "GET", "resource": "/items/{id}", "item_id": ITEM},
    "replaceItem": {"method": "PUT", "resource": "/items/{id}", "item_id": ITEM, "body": {"name": "a"}},
    "patchItem": {"method": "PATCH", "resource": "/items/{id}", "item_id": ITEM, "body": {"name": "a"}},
    "deleteItem": {"method": "DELETE", "resource": "/items/{id}", "item_id": ITEM},
}
WRITES = [name for name in REQUESTS if name in {"createItem", "replaceItem", "patchItem", "deleteItem"}]
WITH_BODY = [name for name in REQUESTS if "body" in REQUESTS[name]]


def event_for(
    items: ItemsWorld, name: str, *, headers: dict[str, str] | None = None, **more: Any
) -> dict[str, Any]:
    sent = {"If-Match": '"1"', "Idempotency-Key": "a-key", **(headers or {})}
    event = items.event(**{**REQUESTS[name], **more}, headers=sent)
    assert operation_of(event)["operationId"] == name
    return event


def failing(items: ItemsWorld, error: Exception) -> Failing:
    calls = ("get_item", "query", "transact_write_items")
    return Failing(items.aws.dynamodb, **dict.fromkeys(calls, error))


@pytest.mark.parametrize("name", REQUESTS)
@pytest.mark.parametrize(("cause", "status"), CAUSES, ids=str)
def test_each_failure_of_dynamodb_has_its_status(
    items: ItemsWorld, name: str, cause: Exception, status: int
) -> None:
    api = items.api_with(dynamodb=failing(items, cause))
    answer = items.send(event_for(items, name), api=api)
    assert answer.status == status
    assert answer.body["request_id"] == "request-1"
    assert "secret" not in answer.text
    assert ("Retry-After" in answer.headers) == (status in {429, 503})


@pytest.mark.parametrize("name", WRITES)
@pytest.mark.parametrize("cause", CONFLICTS, ids=str)
def test_writes_that_collide_are_409(items: ItemsWorld, name: str, cause: Exception) -> None:
    made = items.post({"name": "a"})
    api = items.api_with(dynamodb=Failing(items.aws.dynamodb, transact_write_items=cause))
    more = {} if name == "createItem" else {"item_id": made.body["id"]}
    answer = items.send(event_for(items, name, **more), api=api)
    assert answer.status == 409


@pytest.mark.parametrize("method", ["PUT", "DELETE"])
def test_a_write_that_fails_for_another_reason_is_no_stale_version(items: ItemsWorld, method: str) -> None:
    made = items.post({"name": "a"})
    denied = client_error("AccessDeniedException")
    api = items.api_with(dynamodb=Failing(items.aws.dynamodb, transact_write_items=denied))
    body = {"name": "b"} if method == "PUT" else None
    assert items.change(method, made.body["id"], body, if_match='"1"', api=api).status == 500


@pytest.mark.parametrize(("cause", "_"), CAUSES, ids=str)
def test_health_is_503_whatever_the_reason(items: ItemsWorld, cause: Exception, _: int) -> None:
    api = items.api_with(dynamodb=failing(items, cause))
    answer = items.send(items.event("GET", "/health", caller=None), api=api)
    assert answer.status == 503
    assert answer.body["type"] == "urn:problem:unhealthy"
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("name", REQUESTS)
def test_a_missing_table_is_500(items: ItemsWorld, name: str) -> None:
    answer = items.send(event_for(items, name), api=items.api_with(TABLE_NAME="absent"))
    assert answer.status == 500


@pytest.mark.parametrize("name", REQUESTS)
def test_a_request_without_an_identity_is_403(items: ItemsWorld, name: str) -> None:
    assert items.send(event_for(items, name, caller=None)).status == 403


@pytest.mark.parametrize("name", [name for name in REQUESTS if "item_id" in REQUESTS[name]])
@pytest.mark.parametrize("item_id", ["", "x", ITEM.replace("-", ""), ITEM + "\n", "../" + ITEM])
def test_an_id_that_is_none_is_400(items: ItemsWorld, name: str, item_id: str) -> None:
    answer = items.send(event_for(items, name, item_id=item_id))
    assert answer.status == 400
    assert {error["parameter"] for error in answer.body["errors"]} == {"id"}


def test_a_path_without_its_id_is_400(items: ItemsWorld) -> None:
    answer = items.send(items.event("GET", "/items/{id}"))
    assert answer.body["errors"] == [{"detail": "is required", "parameter": "id"}]


@pytest.mark.parametrize("key", ["", "a#b", "a b", "k" * 129, "\u00e9"])
def test_an_idempotency_key_that_is_none_is_400(items: ItemsWorld, key: str) -> None:
    answer = items.send(event_for(items, "createItem", headers={"Idempotency-Key": key}))
    assert answer.status == 400


def test_a_post_without_an_idempotency_key_is_400(items: ItemsWorld) -> None:
    answer = items.send(items.event("POST", "/items", body={"name": "a"}))
    assert answer.body["errors"] == [{"detail": "is required", "parameter": "Idempotency-Key"}]


@pytest.mark.parametrize("name", WITH_BODY)
@pytest.mark.parametrize(
    "body",
    [
        "{",
        "[]",
        "null",
        '"text"',
        "1",
        '{"name":"a","name":"b"}',
        '{"name":NaN}',
        '{"name":-Infinity}',
        '{"name":"\\ud800"}',
        '{"\\ud800":1}',
        '{"name":"a","attributes":' + '{"a":' * 40 + "1" + "}" * 40 + "}",
        '{"name":' + "[" * 40 + "]" * 40 + "}",
        "[" * 30000,
        '{"name":"a",}',
        "\ufeff{}",
        "\ud800",
    ],
    ids=lambda body: ascii(body[:30]),
)
def test_a_body_that_is_not_sound_json_is_400(items: ItemsWorld, name: str, body: str) -> None:
    assert items.send(event_for(items, name, body=body)).status == 400


@pytest.mark.parametrize("name", WITH_BODY)
def test_a_missing_body_is_400(items: ItemsWorld, name: str) -> None:
    event = event_for(items, name)
    event["body"] = None
    assert items.send(event).status == 400


@pytest.mark.parametrize("name", WITH_BODY)
@pytest.mark.parametrize("body", ["?", base64.b64encode(b'{"name":"\xff"}').decode()])
def test_a_body_that_cannot_be_decoded_is_400(items: ItemsWorld, name: str, body: str) -> None:
    event = event_for(items, name) | {"body": body, "isBase64Encoded": True}
    assert items.send(event).status == 400


@pytest.mark.parametrize("name", WITH_BODY)
def test_a_body_over_the_limit_is_413_and_one_of_the_limit_is_not(items: ItemsWorld, name: str) -> None:
    api = items.api_with(MAX_BODY_BYTES="20")
    sound = '{"name":"\u00e4bcdefgh"}'
    assert len(sound.encode()) == 20
    assert items.send(event_for(items, name, body=sound + " "), api=api).status == 413
    assert items.send(event_for(items, name, body=sound), api=api).status in {201, 404}


@pytest.mark.parametrize("name", WITH_BODY)
@pytest.mark.parametrize(
    "headers",
    [
        {"Content-Type": "text/plain"},
        {"Content-Type": ""},
        {"Content-Type": "application/json; charset=latin-1"},
        {"Content-Type": "application/json", "Content-Encoding": "gzip"},
    ],
)
def test_a_body_that_is_not_json_by_its_headers_is_415(
    items: ItemsWorld, name: str, headers: dict[str, str]
) -> None:
    assert items.send(event_for(items, name, headers=headers)).status == 415


def test_only_patch_takes_a_merge_patch(items: ItemsWorld) -> None:
    headers = {"Content-Type": "application/merge-patch+json"}
    assert items.send(event_for(items, "replaceItem", headers=headers)).status == 415


@pytest.mark.parametrize("name", ["createItem", "replaceItem"])
@pytest.mark.parametrize(
    ("body", "pointers"),
    [
        ("{}", ["/name"]),
        ('{"name":""}', ["/name", "/name"]),
        ('{"name":" a"}', ["/name"]),
        ('{"name":"a\\u0000"}', ["/name"]),
        ('{"name":"a\\n"}', ["/name"]),
        ('{"name":1,"status":"GONE","more":1,"a/b~c":2}', ["/a~1b~0c", "/more", "/name", "/status"]),
        (
            '{"name":"a","attributes":{"a":null,"b":[],"1":1,"x\\n":2}}',
            ["/attributes/1", "/attributes/a", "/attributes/b", "/attributes/x\n"],
        ),
        ('{"name":"a","attributes":{"a":1e126}}', ["/attributes/a"]),
        ('{"name":"a","attributes":{"a":1e99999999999999999999}}', ["/attributes/a"]),
        ('{"name":"a","attributes":{"a":1e-131}}', ["/attributes/a"]),
        ('{"name":"a","attributes":{"a":1e-99999999}}', ["/attributes/a"]),
        ('{"name":"a","attributes":{"a":' + "1" * 39 + "}}", ["/attributes/a"]),
        ('{"name":"a","attributes":{"a":' + "9" * 5000 + "}}", ["/attributes/a"]),
        ('{"name":"a","ttl":1}', ["/ttl"]),
        ('{"name":"a","ttl":1e999}', ["/ttl", "/ttl"]),
        ('{"name":"a","ttl":2000000000.5}', ["/ttl"]),
        ('{"name":"a","ttl":true}', ["/ttl"]),
        ('{"name":"a","version":1}', ["/version"]),
    ],
    ids=lambda value: value[:50] if isinstance(value, str) else None,
)
def test_a_body_that_breaks_rules_is_422_with_a_pointer_for_each(
    items: ItemsWorld, name: str, body: str, pointers: list[str]
) -> None:
    answer = items.send(event_for(items, name, body=body))
    assert answer.status == 422
    assert [error["pointer"] for error in answer.body["errors"]] == pointers


def test_a_value_that_is_not_allowed_is_explained(items: ItemsWorld) -> None:
    answer = items.post({"name": "x" * 101, "attributes": {"a": []}})
    assert [error["detail"] for error in answer.body["errors"]] == [
        "must be a string of at most 256 characters without control characters, "
        "a number of at most 38 digits, or a boolean",
        "must be shorter than or equal to 100 characters",
    ]


@pytest.mark.parametrize("name", REQUESTS)
def test_an_unknown_method_is_405_and_an_unknown_path_404(items: ItemsWorld, name: str) -> None:
    event = event_for(items, name)
    wrong = items.api.answer(event | {"httpMethod": "TRACE"}, request_id="r")
    assert wrong["statusCode"] == 405
    assert event["httpMethod"] in wrong["headers"]["Allow"]
    assert items.api.answer(event | {"resource": "/other"}, request_id="r")["statusCode"] == 404


def test_an_event_without_anything_is_answered(items: ItemsWorld) -> None:
    assert items.api.answer({}, request_id="r")["statusCode"] == 404
