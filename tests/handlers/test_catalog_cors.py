"""Which web pages may read the answers."""

from __future__ import annotations

import pytest

from tests.handlers.catalog_support import ORIGIN, CatalogWorld

FOREIGN = ["https://evil.example", "https://example.com.evil.example", "http://example.com", "null", "*"]


@pytest.mark.parametrize("origin", [ORIGIN, "https://www.example.com"])
def test_an_allowed_origin_may_read_successes_and_errors(catalog: CatalogWorld, origin: str) -> None:
    """S2.9, S0.2."""
    for answer in (
        catalog.list(headers={"Origin": origin}),
        catalog.get("ABSENT", headers={"Origin": origin}),
        catalog.get("no sku", headers={"Origin": origin}),
        catalog.change("DELETE", "ABSENT", if_match=None, headers={"Origin": origin}),
    ):
        assert answer.headers["Access-Control-Allow-Origin"] == origin
        assert answer.headers["Vary"] == "Origin"


@pytest.mark.parametrize("origin", FOREIGN)
def test_a_foreign_origin_gets_no_permission(catalog: CatalogWorld, origin: str) -> None:
    """S2.9, S0.2."""
    for answer in (
        catalog.list(headers={"Origin": origin}),
        catalog.send(catalog.event("OPTIONS", "/products", headers={"Origin": origin}, caller=None)),
    ):
        assert "Access-Control-Allow-Origin" not in answer.headers
        assert answer.headers["Vary"] == "Origin"


@pytest.mark.parametrize(
    ("resource", "methods"),
    [
        ("/products", "GET, POST"),
        ("/products/{sku}", "DELETE, GET, PATCH, PUT"),
        ("/health", "GET"),
    ],
)
def test_a_preflight_tells_the_methods_of_its_path(
    catalog: CatalogWorld, resource: str, methods: str
) -> None:
    """S2.9."""
    event = catalog.event("OPTIONS", resource, sku="A", headers={"Origin": ORIGIN}, caller=None)
    answer = catalog.send(event)
    assert answer.status == 204
    assert answer.headers["Access-Control-Allow-Origin"] == ORIGIN
    assert answer.headers["Access-Control-Allow-Methods"] == methods
    assert "If-Match" in answer.headers["Access-Control-Allow-Headers"]
