"""What is wrong with a request, and what fails behind it."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from tests.handlers.catalog_support import SAID, CatalogWorld, operation_of
from tests.handlers.items_support import Failing
from tests.handlers.test_items_errors import CAUSES, CONFLICTS

REQUESTS: dict[str, dict[str, Any]] = {
    "createProduct": {"method": "POST", "resource": "/products", "body": {"sku": "ERR-1", **SAID}},
    "listProducts": {"method": "GET", "resource": "/products"},
    "getProduct": {"method": "GET", "resource": "/products/{sku}", "sku": "ABSENT"},
    "replaceProduct": {"method": "PUT", "resource": "/products/{sku}", "sku": "ABSENT", "body": SAID},
    "patchProduct": {"method": "PATCH", "resource": "/products/{sku}", "sku": "ABSENT", "body": SAID},
    "deleteProduct": {"method": "DELETE", "resource": "/products/{sku}", "sku": "ABSENT"},
}
WRITES = [name for name in REQUESTS if name not in {"listProducts", "getProduct"}]
WITH_BODY = [name for name in REQUESTS if "body" in REQUESTS[name]]
CALLS = ("get_item", "query", "transact_write_items")


def event_for(
    catalog: CatalogWorld, name: str, *, headers: dict[str, str] | None = None, **more: Any
) -> dict[str, Any]:
    sent = {"If-Match": '"1"', "Idempotency-Key": "a-key", **(headers or {})}
    event = catalog.event(**{**REQUESTS[name], **more}, headers=sent)
    assert operation_of(event)["operationId"] == name
    return event


@pytest.mark.parametrize("name", REQUESTS)
@pytest.mark.parametrize(("cause", "status"), CAUSES, ids=str)
def test_each_failure_of_dynamodb_has_its_status(
    catalog: CatalogWorld, name: str, cause: Exception, status: int
) -> None:
    failing = Failing(catalog.aws.dynamodb, **dict.fromkeys(CALLS, cause))
    answer = catalog.send(event_for(catalog, name), api=catalog.api_with(dynamodb=failing))
    assert answer.status == status
    assert answer.body["request_id"] == "request-1"
    assert "secret" not in answer.text
    assert ("Retry-After" in answer.headers) == (status in {429, 503})


@pytest.mark.parametrize(("cause", "status"), CAUSES, ids=str)
def test_each_failure_of_the_token_key_has_its_status(
    catalog: CatalogWorld, cause: Exception, status: int
) -> None:
    api = catalog.api_with(secrets=Failing(catalog.aws.secrets, get_secret_value=cause))
    query = {"next_token": "abc.def"}
    assert catalog.send(catalog.event("GET", "/products", query=query), api=api).status == status


@pytest.mark.parametrize("name", WRITES)
@pytest.mark.parametrize("cause", CONFLICTS, ids=str)
def test_writes_that_collide_are_409_or_412(catalog: CatalogWorld, name: str, cause: Exception) -> None:
    more = {} if name == "createProduct" else {"sku": catalog.made().body["sku"]}
    api = catalog.api_with(dynamodb=Failing(catalog.aws.dynamodb, transact_write_items=cause))
    answer = catalog.send(event_for(catalog, name, headers={"If-Match": "*"}, **more), api=api)
    assert answer.status == 409


@pytest.mark.parametrize("name", REQUESTS)
def test_a_request_without_an_identity_is_403(catalog: CatalogWorld, name: str) -> None:
    assert catalog.send(event_for(catalog, name, caller=None)).status == 403


@pytest.mark.parametrize("name", [name for name in REQUESTS if "sku" in REQUESTS[name]])
@pytest.mark.parametrize("sku", ["", "lower", "A--B", "-A", "A-", "A\n", "../A", "A" * 65, "\u00c4"])
def test_a_sku_that_is_none_is_400(catalog: CatalogWorld, name: str, sku: str) -> None:
    answer = catalog.send(event_for(catalog, name, sku=sku))
    assert answer.status == 400
    assert {error["parameter"] for error in answer.body["errors"]} == {"sku"}


@pytest.mark.parametrize("headers", [{}, {"Idempotency-Key": "a#b"}])
def test_a_post_without_a_sound_idempotency_key_is_400(
    catalog: CatalogWorld, headers: dict[str, str]
) -> None:
    event = catalog.event("POST", "/products", body={"sku": "A", **SAID}, headers=headers)
    answer = catalog.send(event)
    assert answer.status == 400
    assert {error["parameter"] for error in answer.body["errors"]} == {"Idempotency-Key"}


@pytest.mark.parametrize("name", WITH_BODY)
@pytest.mark.parametrize(
    "body",
    ["{", "[]", "null", '"text"', '{"name":"a","name":"b"}', '{"name":NaN}', '{"a":"\\ud800"}', "\ud800"],
)
def test_a_body_that_is_not_sound_json_is_400(catalog: CatalogWorld, name: str, body: str) -> None:
    assert catalog.send(event_for(catalog, name, body=body)).status == 400


@pytest.mark.parametrize("name", WITH_BODY)
def test_a_body_that_is_absent_or_cannot_be_decoded_is_400(catalog: CatalogWorld, name: str) -> None:
    event = event_for(catalog, name)
    assert catalog.send(event | {"body": None}).status == 400
    broken = base64.b64encode(b'{"name":"\xff"}').decode()
    assert catalog.send(event | {"body": broken, "isBase64Encoded": True}).status == 400


@pytest.mark.parametrize("name", WITH_BODY)
def test_a_body_over_the_limit_is_413(catalog: CatalogWorld, name: str) -> None:
    api = catalog.api_with(MAX_BODY_BYTES="20")
    assert catalog.send(event_for(catalog, name, body='{"name":"abcdefghi"}'), api=api).status != 413
    assert catalog.send(event_for(catalog, name, body='{"name":"abcdefghij"}'), api=api).status == 413


@pytest.mark.parametrize("name", WITH_BODY)
def test_a_body_that_is_not_json_by_its_headers_is_415(catalog: CatalogWorld, name: str) -> None:
    for headers in ({"Content-Type": "text/plain"}, {"Content-Encoding": "gzip"}):
        assert catalog.send(event_for(catalog, name, headers=headers)).status == 415
    merge = {"Content-Type": "application/merge-patch+json"}
    assert (catalog.send(event_for(catalog, name, headers=merge)).status == 415) == (name != "patchProduct")


@pytest.mark.parametrize(
    ("change", "pointers"),
    [
        ({"name": ""}, ["/name", "/name"]),
        ({"name": " a"}, ["/name"]),
        ({"category": "Lighting"}, ["/category"]),
        ({"price": {"amount": "1"}}, ["/price/currency"]),
        ({"price": {"amount": 1, "currency": "EUR"}}, ["/price/amount"]),
        ({"price": {"amount": "01", "currency": "eur"}}, ["/price/amount", "/price/currency"]),
        ({"price": {"amount": "1.23456", "currency": "EUR"}}, ["/price/amount"]),
        ({"price": {"amount": "-1", "currency": "EUR"}}, ["/price/amount"]),
        ({"available": "yes"}, ["/available"]),
        ({"version": 1}, ["/version"]),
        ({"sku": "a"}, ["/sku"]),
    ],
    ids=str,
)
def test_a_body_that_breaks_rules_is_422_with_a_pointer_for_each(
    catalog: CatalogWorld, change: dict[str, Any], pointers: list[str]
) -> None:
    answer = catalog.post({"sku": "RULES-1", **SAID, **change})
    assert answer.status == 422
    assert [error["pointer"] for error in answer.body["errors"]] == pointers


@pytest.mark.parametrize("name", REQUESTS)
def test_an_unknown_method_is_405_and_an_unknown_path_404(catalog: CatalogWorld, name: str) -> None:
    event = event_for(catalog, name)
    wrong = catalog.api.answer(event | {"httpMethod": "TRACE"}, request_id="r")
    assert wrong["statusCode"] == 405
    assert event["httpMethod"] in wrong["headers"]["Allow"]
    assert catalog.api.answer(event | {"resource": "/other"}, request_id="r")["statusCode"] == 404
