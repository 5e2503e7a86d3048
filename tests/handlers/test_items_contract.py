from __future__ import annotations

import re
from pathlib import Path

from openapi_spec_validator import OpenAPIV30SpecValidator

from handlers.common.contract import load_contract
from tests.handlers.items_support import CONTRACT, ItemsWorld

OPERATIONS = {
    (path, method): operation
    for path, item in CONTRACT["paths"].items()
    for method, operation in item.items()
}


def test_the_contract_is_sound_openapi() -> None:
    OpenAPIV30SpecValidator(CONTRACT).validate()


def test_every_operation_has_a_name_of_its_own_a_throttle_and_says_who_may_call() -> None:
    names = [operation["operationId"] for operation in OPERATIONS.values()]
    assert len(names) == len(set(names)) == 10
    for (path, method), operation in OPERATIONS.items():
        assert operation["x-gen-throttle"] == (
            "write" if method in {"post", "put", "patch", "delete"} else "read"
        )
        is_open = method == "options" or path == "/health"
        assert operation["security"] == ([] if is_open else [{"sigv4": []}])


def test_signatures_are_sigv4() -> None:
    scheme = CONTRACT["components"]["securitySchemes"]["sigv4"]
    assert scheme["x-amazon-apigateway-authtype"] == "awsSigv4"


def test_every_operation_documents_throttling_and_failure() -> None:
    for operation in OPERATIONS.values():
        assert {"429", "500"} <= operation["responses"].keys()


def test_if_match_is_not_required_so_that_a_gateway_leaves_428_to_the_handler() -> None:
    assert CONTRACT["components"]["parameters"]["IfMatch"]["required"] is False
    assert CONTRACT["components"]["parameters"]["IdempotencyKey"]["required"] is True


def test_schemas_keep_to_what_a_gateway_understands() -> None:
    text = str(CONTRACT)
    assert not re.search(r"'(nullable|oneOf|discriminator|const|patternProperties)'", text)


def test_the_largest_page_fits_into_the_answer_of_a_function() -> None:
    # Lambda answers with at most 6 MB; a character has at most 4 bytes in UTF-8, and 2 when it is escaped.
    schemas = CONTRACT["components"]["schemas"]
    attribute = 64 + schemas["AttributeValue"]["anyOf"][0]["maxLength"] * 4 + 10
    item = (
        schemas["Name"]["maxLength"] * 4
        + schemas["Description"]["maxLength"] * 4
        + schemas["Attributes"]["maxProperties"] * attribute
        + 3000
    )
    assert item * CONTRACT["components"]["parameters"]["Limit"]["schema"]["maximum"] < 6_000_000
    assert item < 400_000  # an item of DynamoDB


def test_the_handler_knows_every_operation_of_the_contract(items: ItemsWorld) -> None:
    for (path, method), operation in OPERATIONS.items():
        event = items.event(
            method.upper(), path, item_id="0" * 8 + "-0000-0000-0000-" + "0" * 12, body={"name": "a"}
        )
        event["headers"] = event["multiValueHeaders"] = {
            "Content-Type": "application/json",
            "Idempotency-Key": f"every-{operation['operationId']}",
            "If-Match": "*",
        }
        event["multiValueHeaders"] = None
        assert items.send(event).status in {200, 201, 204, 404}


def test_the_contract_lists_the_same_operations_when_loaded() -> None:
    contract = load_contract(Path(__file__).parents[2] / "handlers/items/openapi.json")
    loaded = {(path, method.lower()) for path, methods in contract.operations.items() for method in methods}
    assert loaded == set(OPERATIONS)
