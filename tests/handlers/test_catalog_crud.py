"""Products from their creation to their end."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.handlers.catalog_support import SAID, CatalogWorld, new_sku
from tests.handlers.items_support import Interrupted


def test_a_product_is_created_with_its_defaults_and_found_at_its_location(catalog: CatalogWorld) -> None:
    sku = new_sku()
    made = catalog.post({"sku": sku, **SAID})
    assert made.status == 201
    assert made.headers["Location"] == f"/live/products/{sku}"
    assert made.headers["ETag"] == '"1"'
    assert made.body == {
        "sku": sku,
        **SAID,
        "available": True,
        "version": 1,
        "created_at": made.body["created_at"],
        "updated_at": made.body["created_at"],
    }
    assert catalog.get(sku).text == made.text


def test_every_caller_sees_every_product_and_nobody_sees_who_wrote_it(catalog: CatalogWorld) -> None:
    made = catalog.made()
    other = catalog.get(made.body["sku"], caller="arn:aws:iam::123456789012:user/somebody-else")
    assert other.text == made.text
    assert catalog.caller not in made.text


def test_a_sku_is_given_once(catalog: CatalogWorld) -> None:
    made = catalog.made(name="first")
    refused = catalog.post({"sku": made.body["sku"], **SAID, "name": "second"})
    assert (refused.status, refused.body["type"]) == (409, "urn:problem:already-exists")
    assert catalog.get(made.body["sku"]).body["name"] == "first"


def test_a_repeated_post_gets_the_first_answer_even_when_the_product_is_gone(catalog: CatalogWorld) -> None:
    sku = new_sku()
    body = {"sku": sku, **SAID}
    first = catalog.post(body, key="again-1")
    assert catalog.post(body, key="again-1").text == first.text
    assert catalog.change("DELETE", sku, if_match='"1"').status == 204
    repeated = catalog.post(body, key="again-1")
    assert (repeated.status, repeated.text, repeated.headers) == (201, first.text, first.headers)
    assert catalog.get(sku).status == 404


def test_a_key_that_was_used_for_another_body_is_422(catalog: CatalogWorld) -> None:
    assert catalog.post({"sku": new_sku(), **SAID}, key="once").status == 201
    refused = catalog.post({"sku": new_sku(), **SAID}, key="once")
    assert (refused.status, refused.body["type"]) == (422, "urn:problem:idempotency-key-reused")


def test_keys_of_two_callers_do_not_meet(catalog: CatalogWorld) -> None:
    body = {"sku": new_sku(), **SAID}
    assert catalog.post(body, key="theirs").status == 201
    other = catalog.post(body, key="theirs", caller="arn:aws:iam::123456789012:user/other")
    assert (other.status, other.body["type"]) == (409, "urn:problem:already-exists")


def test_a_replacement_returns_what_is_left_out_to_its_default(catalog: CatalogWorld) -> None:
    made = catalog.made(description="With a long arm.", available=False)
    sku = made.body["sku"]
    replaced = catalog.change("PUT", sku, {**SAID, "name": "Other lamp"}, if_match='"1"')
    assert (replaced.status, replaced.headers["ETag"]) == (200, '"2"')
    assert "description" not in replaced.body
    assert (replaced.body["name"], replaced.body["available"]) == ("Other lamp", True)
    assert replaced.body["created_at"] == made.body["created_at"] < replaced.body["updated_at"]
    assert catalog.get(sku).text == replaced.text


def test_a_patch_merges_and_null_removes(catalog: CatalogWorld) -> None:
    sku = catalog.made(description="With a long arm.", available=False).body["sku"]
    patch = {"price": {"amount": "17.50"}, "description": None, "available": None}
    patched = catalog.change("PATCH", sku, patch, if_match='"1"')
    assert patched.status == 200
    assert patched.body["price"] == {"amount": "17.50", "currency": "EUR"}
    assert "description" not in patched.body
    assert patched.body["available"] is True


@pytest.mark.parametrize("patch", [{"name": None}, {"price": {"currency": None}}, {"price": {"tax": "1"}}])
def test_a_patch_whose_result_breaks_a_rule_is_422_and_changes_nothing(
    catalog: CatalogWorld, patch: dict[str, Any]
) -> None:
    made = catalog.made()
    assert catalog.change("PATCH", made.body["sku"], patch, if_match="*").status == 422
    assert catalog.get(made.body["sku"]).text == made.text


def test_a_sku_cannot_be_changed(catalog: CatalogWorld) -> None:
    sku = catalog.made().body["sku"]
    for method in ("PUT", "PATCH"):
        assert catalog.change(method, sku, {**SAID, "sku": "OTHER"}, if_match="*").status == 422


@pytest.mark.parametrize(("method", "body"), [("PUT", SAID), ("PATCH", {"name": "x"}), ("DELETE", None)])
def test_who_changes_has_to_say_what_was_seen(catalog: CatalogWorld, method: str, body: Any) -> None:
    sku = catalog.made().body["sku"]
    assert catalog.change(method, sku, body, if_match=None).status == 428
    for stale in ('"2"', 'W/"1"', '"one"'):
        assert catalog.change(method, sku, body, if_match=stale).status == 412
    assert catalog.change(method, sku, body, if_match="1").status == 400
    assert catalog.change(method, "ABSENT", body, if_match="*").status == 404
    assert catalog.change(method, sku, body, if_match='"7", "1"').status in {200, 204}


@pytest.mark.parametrize(("method", "body"), [("PUT", SAID), ("PATCH", {"name": "x"}), ("DELETE", None)])
@pytest.mark.parametrize(("if_match", "status"), [('"1"', 412), ("*", 409)])
def test_a_write_that_comes_between_read_and_write_is_not_lost(
    catalog: CatalogWorld, method: str, body: Any, if_match: str, status: int
) -> None:
    sku = catalog.made().body["sku"]
    quicker = Interrupted(
        catalog.aws.dynamodb,
        "transact_write_items",
        lambda: catalog.change("PATCH", sku, {"name": "quicker"}, if_match="*"),
    )
    answer = catalog.change(method, sku, body, if_match=if_match, api=catalog.api_with(dynamodb=quicker))
    assert answer.status == status
    assert (catalog.get(sku).body["name"], catalog.get(sku).body["version"]) == ("quicker", 2)


def test_of_writers_at_the_same_time_each_update_is_counted_or_refused(catalog: CatalogWorld) -> None:
    sku = catalog.made(name="0").body["sku"]

    def write(number: int) -> int:
        api = catalog.api_with()
        return catalog.change("PATCH", sku, {"name": str(number)}, if_match="*", api=api).status

    with ThreadPoolExecutor(8) as pool:
        statuses = list(pool.map(write, range(60)))
    assert set(statuses) <= {200, 409}
    assert catalog.get(sku).body["version"] == 1 + statuses.count(200)


def test_of_writers_who_saw_one_version_one_wins(catalog: CatalogWorld) -> None:
    sku = catalog.made().body["sku"]

    def write(number: int) -> int:
        api = catalog.api_with()
        return catalog.change("PUT", sku, {**SAID, "name": str(number)}, if_match='"1"', api=api).status

    with ThreadPoolExecutor(8) as pool:
        statuses = list(pool.map(write, range(16)))
    assert statuses.count(200) == 1
    assert set(statuses) <= {200, 409, 412}
    assert catalog.get(sku).body["version"] == 2


def test_of_posts_at_the_same_time_one_creates(catalog: CatalogWorld) -> None:
    sku = new_sku()

    def create(number: int) -> int:
        body = {"sku": sku, **SAID, "name": str(number)}
        return catalog.post(body, key=f"race-{number}", api=catalog.api_with()).status

    with ThreadPoolExecutor(8) as pool:
        statuses = list(pool.map(create, range(16)))
    assert statuses.count(201) == 1
    assert set(statuses) == {201, 409}
    assert catalog.get(sku).body["version"] == 1


def test_a_deleted_product_is_gone_and_its_sku_is_free(catalog: CatalogWorld) -> None:
    sku = catalog.made().body["sku"]
    assert catalog.change("DELETE", sku, if_match='"1"').status == 204
    assert catalog.get(sku).status == 404
    assert catalog.post({"sku": sku, **SAID}).status == 201


def test_health_reads_the_table_and_is_for_nobody_to_keep(catalog: CatalogWorld) -> None:
    answer = catalog.send(catalog.event("GET", "/health", caller=None))
    assert (answer.status, answer.body) == (200, {"status": "ok"})
    assert answer.headers["Cache-Control"] == "no-store"
    broken = catalog.api_with(TABLE_NAME="absent")
    answer = catalog.send(catalog.event("GET", "/health", caller=None), api=broken)
    assert (answer.status, answer.headers["Retry-After"]) == (503, "5")
