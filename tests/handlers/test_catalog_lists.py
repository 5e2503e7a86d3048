"""Pages of products: complete, in order, bound to a filter and to no caller."""

from __future__ import annotations

import base64

import pytest

from tests.handlers.catalog_support import SAID, CatalogWorld, new_category, new_sku
from tests.handlers.contract_support import Answer


def follow(catalog: CatalogWorld, **query: str) -> list[Answer]:
    """All pages of a list."""
    pages = [catalog.list(query=query)]
    while "next_token" in pages[-1].body:
        pages.append(catalog.list(query={**query, "next_token": pages[-1].body["next_token"]}))
    return pages


def skus(pages: list[Answer]) -> list[str]:
    return [product["sku"] for page in pages for product in page.body["products"]]


def test_a_category_is_listed_by_sku_without_gap_or_repetition(catalog: CatalogWorld) -> None:
    category = new_category()
    made = [f"Z{number:02}-{new_sku()}" for number in (5, 3, 1, 4, 2)]
    for sku in made:
        catalog.post({"sku": sku, **SAID, "category": category})
    pages = follow(catalog, category=category, limit="2")
    assert skus(pages) == sorted(made)
    assert [len(page.body["products"]) for page in pages[:2]] == [2, 2]


def test_without_a_category_the_list_has_all_products_and_nothing_else(catalog: CatalogWorld) -> None:
    made = {catalog.made(category=new_category()).body["sku"] for _ in range(3)}
    seen = skus(follow(catalog, limit="100"))
    assert made <= set(seen)
    assert seen == sorted(set(seen))


def test_a_list_has_twenty_products_unless_told_otherwise(catalog: CatalogWorld) -> None:
    category = new_category()
    for _ in range(21):
        catalog.made(category=category)
    assert len(catalog.list(query={"category": category}).body["products"]) == 20
    assert len(catalog.list(query={"category": category, "limit": "21"}).body["products"]) == 21


def test_a_product_that_changed_its_category_is_listed_in_the_new_one_alone(catalog: CatalogWorld) -> None:
    before, after = new_category(), new_category()
    sku = catalog.made(category=before).body["sku"]
    assert catalog.change("PATCH", sku, {"category": after}, if_match='"1"').status == 200
    assert skus(follow(catalog, category=before)) == []
    assert skus(follow(catalog, category=after)) == [sku]


def test_a_page_goes_on_where_it_ended_though_its_last_product_is_gone(catalog: CatalogWorld) -> None:
    category = new_category()
    first, second = (catalog.made(category=category).body["sku"] for _ in range(2))
    page = catalog.list(query={"category": category, "limit": "1"})
    assert catalog.change("DELETE", first, if_match="*").status == 204
    rest = catalog.list(query={"category": category, "next_token": page.body["next_token"]})
    assert skus([rest]) == [second]


def test_a_token_is_good_for_every_caller_because_the_page_it_stands_on_is(catalog: CatalogWorld) -> None:
    category = new_category()
    for _ in range(2):
        catalog.made(category=category)
    query = {"category": category, "limit": "1"}
    token = catalog.list(query=query).body["next_token"]
    other = catalog.list(query={**query, "next_token": token}, caller="arn:aws:iam::123456789012:user/other")
    assert other.status == 200
    assert len(other.body["products"]) == 1


@pytest.mark.parametrize("tamper", ["filter", "age", "payload", "signature", "form"])
def test_a_token_is_good_for_one_filter_and_one_hour_and_cannot_be_made(
    catalog: CatalogWorld, tamper: str
) -> None:
    category = new_category()
    for _ in range(2):
        catalog.made(category=category)
    token: str = catalog.list(query={"category": category, "limit": "1"}).body["next_token"]
    payload, _, signature = token.partition(".")
    if tamper == "age":
        catalog.clock.forward(hours=1, seconds=1)
    forged = base64.urlsafe_b64encode(b'{"position":{"sku":"A"},"expires":9999999999}').decode().rstrip("=")
    tokens = {"payload": f"{forged}.{signature}", "signature": f"{payload}.AAAA", "form": "no token"}
    query = {} if tamper == "filter" else {"category": category}
    answer = catalog.list(query={**query, "next_token": tokens.get(tamper, token)})
    assert answer.status == 400
    assert [error["parameter"] for error in answer.body["errors"]] == ["next_token"]


@pytest.mark.parametrize(
    ("name", "value"),
    [("limit", "0"), ("limit", "101"), ("limit", "x"), ("limit", "1.0"), ("category", ""), ("category", "A")],
)
def test_a_parameter_that_is_none_is_400(catalog: CatalogWorld, name: str, value: str) -> None:
    answer = catalog.list(query={name: value})
    assert answer.status == 400
    assert {error["parameter"] for error in answer.body["errors"]} == {name}
