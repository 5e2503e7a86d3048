"""The contract is sound, and the handler keeps to it."""

from __future__ import annotations

import re

from openapi_spec_validator import OpenAPIV30SpecValidator

from handlers.common.contract import load_contract
from tests.handlers.catalog_support import CONTRACT, SAID, CatalogWorld
from tests.handlers.contract_support import HANDLERS

OPERATIONS = {
    (path, method): operation
    for path, item in CONTRACT["paths"].items()
    for method, operation in item.items()
}
CACHED_BYTES = 1_048_576  # API Gateway developer guide, "Cache settings for REST APIs": the largest it keeps


def test_the_contract_is_sound_openapi() -> None:
    OpenAPIV30SpecValidator(CONTRACT).validate()


def test_every_operation_has_a_name_of_its_own_a_throttle_and_says_who_may_call() -> None:
    names = [operation["operationId"] for operation in OPERATIONS.values()]
    assert len(names) == len(set(names)) == 10
    for (path, method), operation in OPERATIONS.items():
        writes = method in {"post", "put", "patch", "delete"}
        assert operation["x-gen-throttle"] == ("write" if writes else "read")
        is_open = method == "options" or path == "/health"
        assert operation["security"] == ([] if is_open else [{"sigv4": []}])


def test_only_reads_of_products_are_cached() -> None:
    """S2.4."""
    cached = {route for route, operation in OPERATIONS.items() if "x-gen-cache" in operation}
    assert cached == {("/products", "get"), ("/products/{sku}", "get")}
    assert all(OPERATIONS[route]["x-gen-cache"] is True for route in cached)
    loaded = load_contract(HANDLERS / "catalog" / "openapi.json")
    for (path, method), operation in OPERATIONS.items():
        assert loaded.operations[path][method.upper()].cached is ((path, method) in cached), operation


def test_nothing_in_a_cached_answer_is_about_a_caller_and_none_is_304() -> None:
    """S2.4: neither in the product nor in the page; 304 is for who holds a copy, the cache is for all."""
    schemas = CONTRACT["components"]["schemas"]
    assert set(schemas["Product"]["properties"]) == {
        "available",
        "category",
        "created_at",
        "description",
        "name",
        "price",
        "sku",
        "updated_at",
        "version",
    }
    assert set(schemas["ProductPage"]["properties"]) == {"next_token", "products"}
    for operation in OPERATIONS.values():
        assert "304" not in operation["responses"]


def test_every_operation_documents_throttling_and_failure() -> None:
    for operation in OPERATIONS.values():
        assert {"403", "429", "500", "503"} <= operation["responses"].keys()


def test_if_match_is_not_required_so_that_a_gateway_leaves_428_to_the_handler() -> None:
    assert CONTRACT["components"]["parameters"]["IfMatch"]["required"] is False
    assert CONTRACT["components"]["parameters"]["IdempotencyKey"]["required"] is True


def test_schemas_keep_to_what_a_gateway_understands() -> None:
    text = str(CONTRACT)
    assert not re.search(r"'(nullable|oneOf|discriminator|const|patternProperties)'", text)


def test_the_largest_page_fits_into_the_cache() -> None:
    """S2.4: a character has at most 4 bytes in UTF-8, and 2 when it is escaped."""
    schemas = CONTRACT["components"]["schemas"]
    texts = sum(schemas[name]["maxLength"] for name in ("Name", "Description")) * 4
    product = texts + schemas["Sku"]["maxLength"] + schemas["Category"]["maxLength"] + 500
    limit = CONTRACT["components"]["parameters"]["Limit"]["schema"]["maximum"]
    assert product * limit + 2000 < CACHED_BYTES
    assert product * limit < 1_000_000, "one Query reads a whole page"


def test_the_handler_knows_every_operation_of_the_contract(catalog: CatalogWorld) -> None:
    for (path, method), operation in OPERATIONS.items():
        headers = {"Idempotency-Key": f"every-{operation['operationId']}", "If-Match": "*"}
        body = {"name": "x"} if method == "patch" else SAID
        if method == "post":
            body = {"sku": "EVERY-OPERATION", **SAID}
        event = catalog.event(method.upper(), path, sku="ABSENT", body=body, headers=headers)
        assert catalog.send(event).status in {200, 201, 204, 404}


def test_the_contract_lists_the_same_operations_when_loaded() -> None:
    contract = load_contract(HANDLERS / "catalog" / "openapi.json")
    loaded = {(path, method.lower()) for path, methods in contract.operations.items() for method in methods}
    assert loaded == set(OPERATIONS)
