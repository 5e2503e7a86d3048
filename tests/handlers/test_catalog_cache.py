"""What the gateway's cache may keep: answers that depend on its keys alone, for no longer than its TTL."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from generator.components.contract import read_contract
from generator.paths import HANDLERS
from tests.handlers.catalog_support import SAID, CatalogWorld, new_category
from tests.handlers.gateway_cache import GatewayCache, cache_key

BOUNDED = settings(
    max_examples=150,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    database=None,
)
TTL_S = 60
OPERATIONS = {
    one.operation_id: one for one in read_contract(HANDLERS / "catalog" / "openapi.json").operations
}
CACHED = sorted(name for name, one in OPERATIONS.items() if one.cached)
LISTS: list[dict[str, str]] = [
    {},
    {"limit": "1"},
    {"category": "twins"},
    {"category": "twins", "limit": "1"},
    {"category": "", "limit": "x"},
    {"next_token": "a.b"},
]
ORIGINS = [None, "https://example.com", "https://www.example.com", "https://evil.example"]


def test_the_reads_of_products_are_cached_and_nothing_else() -> None:
    """S2.4: collection and item; the health check is not."""
    assert CACHED == ["getProduct", "listProducts"]
    assert OPERATIONS["listProducts"].cache_keys == (
        "method.request.header.Origin",
        "method.request.querystring.category",
        "method.request.querystring.limit",
        "method.request.querystring.next_token",
    )
    assert OPERATIONS["getProduct"].cache_keys == (
        "method.request.header.Origin",
        "method.request.path.sku",
    )


# All that a request may carry beside the values of its cache keys.
REST = st.fixed_dictionaries(
    {
        "caller": st.sampled_from(["a", "b"]).map(lambda name: f"arn:aws:iam::123456789012:user/{name}"),
        "headers": st.dictionaries(
            st.sampled_from(
                ["If-None-Match", "If-Match", "Accept", "Cookie", "Cache-Control", "Authorization", "X-A"]
            ),
            st.sampled_from(['"1"', "*", "text/html", "max-age=0"]) | st.text(max_size=10),
            max_size=4,
        ),
        "query": st.dictionaries(st.sampled_from(["other", "Category", "_"]), st.text(max_size=5)),
        "body": st.none() | st.text(max_size=10),
        "earlier": st.lists(st.text(max_size=5), max_size=2),
    }
)


@st.composite
def twins(draw: st.DrawFn) -> tuple[str, dict[str, str], str | None, list[dict[str, Any]]]:
    """An operation, its parameters, an Origin, and the rest of two requests that have these in common."""
    operation = draw(st.sampled_from(CACHED))
    if operation == "getProduct":
        parameters = {"sku": draw(st.sampled_from(["TWIN", "ABSENT", "no sku"]))}
    else:
        parameters = draw(st.sampled_from(LISTS))
    return operation, parameters, draw(st.sampled_from(ORIGINS)), [draw(REST), draw(REST)]


def event_of(
    catalog: CatalogWorld,
    operation: str,
    parameters: dict[str, str],
    origin: str | None,
    rest: dict[str, Any],
) -> dict[str, Any]:
    headers = {**rest["headers"], **({"Origin": origin} if origin else {})}
    if operation == "getProduct":
        resource, sku, query = "/products/{sku}", parameters["sku"], rest["query"]
    else:
        resource, sku, query = "/products", None, {**rest["query"], **parameters}
    event = catalog.event(
        "GET", resource, sku=sku, headers=headers, query=query, body=rest["body"], caller=rest["caller"]
    )
    # A name that is sent several times: the gateway's map of single values has the last.
    for values in (event["multiValueQueryStringParameters"] or {}, event["multiValueHeaders"]):
        for name in values:
            if name in parameters or name == "Origin":
                values[name] = [*rest["earlier"], *values[name]]
    return event


@given(twin=twins())
@BOUNDED
def test_requests_that_the_cache_cannot_tell_apart_have_one_answer(catalog: CatalogWorld, twin: Any) -> None:
    """S2.4: nothing that is cached varies by caller, or by anything that is no key of the cache."""
    operation, parameters, origin, rests = twin
    for sku in ("TWIN", "TWIN-2"):
        catalog.post({"sku": sku, **SAID, "category": "twins"}, key=f"the-{sku}")
    events = [event_of(catalog, operation, parameters, origin, rest) for rest in rests]
    keys = {cache_key(OPERATIONS[operation], event) for event in events}
    assert len(keys) == 1
    moment = catalog.clock.now.replace(microsecond=0)
    answers = []
    for event in events:
        catalog.clock.now = moment
        answers.append(catalog.send(event))
    first, second = answers
    assert first == second


def gateway(catalog: CatalogWorld) -> GatewayCache:
    return GatewayCache(catalog.api, catalog.clock, service="catalog", ttl_s=TTL_S)


def test_readers_see_a_write_after_at_most_the_ttl(catalog: CatalogWorld) -> None:
    """S2.4: and whoever writes sees it at once, in the answer to the write."""
    front, sku = gateway(catalog), catalog.made(name="old").body["sku"]
    read = catalog.event("GET", "/products/{sku}", sku=sku)
    assert '"name":"old"' in front.answer(read)["body"]
    written = catalog.event(
        "PATCH", "/products/{sku}", sku=sku, body={"name": "new"}, headers={"If-Match": '"1"'}
    )
    assert '"name":"new"' in front.answer(written)["body"]
    assert '"name":"old"' in front.answer(read)["body"]
    catalog.clock.forward(seconds=TTL_S)
    assert '"name":"new"' in front.answer(read)["body"]


@pytest.mark.parametrize(
    ("if_match", "status"), [('"1"', 412), ('"2"', 200), (None, 428)], ids=["stale", "current", "none"]
)
def test_a_write_is_judged_by_the_table_whatever_the_cache_holds(
    catalog: CatalogWorld, if_match: str | None, status: int
) -> None:
    """S2.4: an ETag out of the cache may be stale, and loses nobody's update."""
    front, sku = gateway(catalog), catalog.made(name="old").body["sku"]
    read = catalog.event("GET", "/products/{sku}", sku=sku)
    front.answer(read)
    catalog.change("PATCH", sku, {"name": "by somebody else"}, if_match='"1"')
    assert front.answer(read)["headers"]["ETag"] == '"1"'
    headers = {"If-Match": if_match} if if_match else {}
    mine = catalog.event("PATCH", "/products/{sku}", sku=sku, body={"name": "mine"}, headers=headers)
    assert front.answer(mine)["statusCode"] == status
    name = catalog.get(sku).body["name"]
    assert name == ("mine" if status == 200 else "by somebody else")


@pytest.mark.parametrize("path", ["item", "list"])
def test_one_sites_permission_is_never_served_to_another(catalog: CatalogWorld, path: str) -> None:
    """S2.4: Origin is a key of the cache."""
    front, category = gateway(catalog), new_category()
    sku = catalog.made(category=category).body["sku"]
    for origin in [*ORIGINS, *reversed(ORIGINS)]:
        headers = {"Origin": origin} if origin else {}
        event = (
            catalog.event("GET", "/products/{sku}", sku=sku, headers=headers)
            if path == "item"
            else catalog.event("GET", "/products", query={"category": category}, headers=headers)
        )
        allowed = front.answer(event)["headers"].get("Access-Control-Allow-Origin")
        assert allowed == (origin if origin and "evil" not in origin else None)


def test_a_page_of_one_filter_is_never_served_for_another(catalog: CatalogWorld) -> None:
    """S2.4: the filter, the limit and the token are keys of the cache."""
    front, category = gateway(catalog), new_category()
    made = sorted(catalog.made(category=category).body["sku"] for _ in range(3))
    queries: list[dict[str, str]] = [
        {"category": category},
        {"category": category, "limit": "1"},
        {"category": new_category()},
    ]
    bodies = [front.answer(catalog.event("GET", "/products", query=query))["body"] for query in queries]
    assert len(set(bodies)) == 3
    assert all(sku in bodies[0] for sku in made)
    assert [sku in bodies[1] for sku in made].count(True) == 1


def test_the_health_check_is_answered_anew_each_time(catalog: CatalogWorld) -> None:
    """S2.4."""
    broken = catalog.api_with(TABLE_NAME="absent")
    front = GatewayCache(broken, catalog.clock, service="catalog", ttl_s=TTL_S)
    event = catalog.event("GET", "/health", caller=None)
    assert front.answer(event)["statusCode"] == 503
    assert gateway(catalog).answer(event)["statusCode"] == 200
    assert not OPERATIONS["getHealth"].cached
