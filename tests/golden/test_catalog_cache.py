"""The catalog's cache in every template: what is cached, by which keys, and who may empty it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from generator.components.contract import read_contract
from generator.components.key import customer_key
from generator.components.rest_api import rest_api
from generator.config import CacheSettings
from generator.errors import RenderError
from tests.golden.committed import Stack, changed, rendered
from tests.golden.test_catalog import every_catalog, settings, stage
from tests.golden.test_changes import RATE, SCOPE, made
from tests.support import ROOT

CACHED = {("/~1products", "GET"), ("/~1products~1{sku}", "GET")}


def statements(stack: Stack) -> dict[str, dict[str, Any]]:
    policy = stack.resources["RestApi"]["Properties"]["Policy"]
    return {one["Sid"]: one for one in policy["Statement"]}


@every_catalog
def test_reads_of_products_are_cached_encrypted_and_everything_else_is_not(stack: Stack) -> None:
    """S2.4."""
    cache = stack.environment.caches["catalog"]
    assert 30 <= cache.ttl_s <= 3600
    assert stage(stack)["CacheClusterEnabled"] is True
    assert stage(stack)["CacheClusterSize"] == cache.size_gb
    found = settings(stack)
    assert {route for route, one in found.items() if one["CachingEnabled"]} == CACHED
    assert {found[route]["CacheTtlInSeconds"] for route in CACHED} == {cache.ttl_s}
    assert all(one["CacheDataEncrypted"] is True for one in found.values())
    assert found["/~1health", "GET"]["CachingEnabled"] is False
    assert found["/*", "*"]["CachingEnabled"] is False


@every_catalog
def test_the_keys_of_the_cache_are_all_that_an_answer_depends_on(stack: Stack) -> None:
    """S2.4: without Origin, one site's permission would be served to another."""
    methods = stack.properties("ApiGateway::Method")
    keys = {
        title: one["Integration"]["CacheKeyParameters"]
        for title, one in methods.items()
        if "CacheKeyParameters" in one["Integration"]
    }
    origin = "method.request.header.Origin"
    query = [f"method.request.querystring.{name}" for name in ("category", "limit", "next_token")]
    assert keys == {
        "RestApiListProductsMethod": [origin, *query],
        "RestApiGetProductMethod": [origin, "method.request.path.sku"],
    }
    for title, parameters in keys.items():
        assert set(parameters) == set(methods[title]["RequestParameters"]), "a key has to be declared"


@every_catalog
def test_no_caller_empties_the_cache(stack: Stack) -> None:
    """S2.4."""
    denial = statements(stack)["DenyCacheInvalidation"]
    assert denial == {
        "Sid": "DenyCacheInvalidation",
        "Effect": "Deny",
        "Principal": "*",
        "Action": ["execute-api:InvalidateCache"],
        "Resource": ["execute-api:/*"],
    }


@every_catalog
def test_the_resource_policy_opens_what_the_contract_opens_and_nothing_else(stack: Stack) -> None:
    """S2.7: an Allow for everybody would be one for every user of the account."""
    assert set(statements(stack)) == {"AllowOpenOperations", "DenyCacheInvalidation"}
    allowed = statements(stack)["AllowOpenOperations"]
    assert allowed["Action"] == ["execute-api:Invoke"]
    assert allowed["Condition"] == {"Bool": {"aws:SecureTransport": "true"}}, "everybody, but over TLS"
    assert allowed["Resource"] == [
        "execute-api:/v1/GET/health",
        "execute-api:/v1/OPTIONS/health",
        "execute-api:/v1/OPTIONS/products",
        "execute-api:/v1/OPTIONS/products/*",
    ]


@every_catalog
def test_the_dashboard_shows_how_many_reads_the_cache_answers(stack: Stack) -> None:
    (board,) = stack.properties("CloudWatch::Dashboard").values()
    delimiter, parts = board["DashboardBody"]["Fn::Join"]
    shown = {
        metric[1]
        for widget in json.loads(delimiter.join(parts))["widgets"]
        for metric in widget["properties"].get("metrics", [])
    }
    assert {"CacheHitCount", "CacheMissCount"} <= shown


def test_the_environment_decides_how_long_and_how_much_is_cached() -> None:
    """S2.4."""
    stack = rendered(changed("prod", caches={"catalog": CacheSettings(ttl_s=3600, size_gb="6.1")}), "catalog")
    assert stage(stack)["CacheClusterSize"] == "6.1"
    assert {settings(stack)[route]["CacheTtlInSeconds"] for route in CACHED} == {3600}
    default = rendered(changed("prod", caches={}), "catalog")
    assert {settings(default)[route]["CacheTtlInSeconds"] for route in CACHED} == {60}


@pytest.mark.parametrize(
    ("service", "cache", "complaint"),
    [
        ("catalog", None, "has cached operations, and no cache is given"),
        ("items", CacheSettings(), "has no cached operations, and a cache is given"),
    ],
)
def test_a_cache_and_operations_that_are_cached_go_together(
    service: str, cache: CacheSettings | None, complaint: str
) -> None:
    """S2.4: a cache that keeps nothing, or marks that do nothing, would be seen by nobody."""
    with pytest.raises(RenderError, match=complaint):
        rest_api(
            SCOPE,
            "RestApi",
            contract=read_contract(ROOT / "handlers" / service / "openapi.json"),
            reader=made(),
            writer=made(),
            origins=("https://example.com",),
            read=RATE,
            write=RATE,
            encryption=customer_key(SCOPE, "DataKey"),
            cache=cache,
        )


@pytest.mark.parametrize(("method", "value"), [("post", True), ("get", "yes"), ("get", 1)])
def test_only_a_get_may_be_marked_as_cached(method: str, value: object, tmp_path: Any) -> None:
    """S2.4."""
    document = json.loads((ROOT / "handlers" / "catalog" / "openapi.json").read_text(encoding="utf-8"))
    document["paths"]["/products"][method]["x-gen-cache"] = value
    path = tmp_path / "openapi.json"
    path.write_text(json.dumps(document), encoding="utf-8")
    with pytest.raises(RenderError, match="x-gen-cache"):
        read_contract(path)
