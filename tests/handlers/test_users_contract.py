from __future__ import annotations

import re

import pytest
from openapi_spec_validator import OpenAPIV30SpecValidator

from handlers.common.contract import load_contract
from tests.handlers.contract_support import HANDLERS
from tests.handlers.users_support import CONTRACT, NOBODY, OPERATIONS, UsersWorld, address, unique

BY_NAME = {
    operation["operationId"]: (path, method, operation)
    for path, item in CONTRACT["paths"].items()
    for method, operation in item.items()
}


def test_the_contract_is_sound_openapi() -> None:
    OpenAPIV30SpecValidator(CONTRACT).validate()


def test_every_operation_has_a_name_of_its_own_a_throttle_and_says_who_may_call() -> None:
    """S1.9: writes are throttled as writes."""
    assert len(BY_NAME) == len(OPERATIONS) == 10
    for path, method, operation in BY_NAME.values():
        writes = method in {"post", "put", "patch", "delete"}
        assert operation["x-gen-throttle"] == ("write" if writes else "read")
        is_open = method == "options" or path == "/health"
        assert operation["security"] == ([] if is_open else [{"sigv4": []}])


def test_every_operation_documents_what_the_gateway_may_answer_by_itself() -> None:
    for _, _, operation in BY_NAME.values():
        assert {"403", "429", "500", "503"} <= operation["responses"].keys()
        if "requestBody" in operation:
            assert {"400", "413", "415", "422"} <= operation["responses"].keys()


def test_if_match_is_not_required_so_that_a_gateway_leaves_428_to_the_handler() -> None:
    assert CONTRACT["components"]["parameters"]["IfMatch"]["required"] is False
    assert CONTRACT["components"]["parameters"]["IdempotencyKey"]["required"] is True


def test_schemas_keep_to_what_a_gateway_understands() -> None:
    assert not re.search(r"'(nullable|oneOf|discriminator|const|patternProperties)'", str(CONTRACT))


def test_the_largest_page_fits_into_the_answer_of_a_function() -> None:
    # Lambda answers with at most 6 MB; a character has at most 4 bytes in UTF-8, and 2 when it is escaped.
    schemas = CONTRACT["components"]["schemas"]
    texts = ("Email", "Name", "Phone", "Locale")
    user = sum(schemas[name]["maxLength"] for name in texts) * 4 + 500
    assert user * CONTRACT["components"]["parameters"]["Limit"]["schema"]["maximum"] < 6_000_000


def test_each_function_knows_the_operations_that_the_gateway_hands_to_it(users: UsersWorld) -> None:
    for path, method in OPERATIONS:
        body = {"email": address(), "name": "a"} if method in {"POST", "PUT", "PATCH"} else None
        headers = {"Idempotency-Key": unique("every"), "If-Match": "*"}
        user_id = NOBODY if "{id}" in path else None
        event = users.event(method, path, user_id=user_id, body=body, headers=headers)
        assert users.send(event).status in {200, 201, 204, 404}


def test_the_contract_lists_the_same_operations_when_loaded() -> None:
    contract = load_contract(HANDLERS / "users" / "openapi.json")
    assert {(path, method) for path, methods in contract.operations.items() for method in methods} == set(
        OPERATIONS
    )


@pytest.mark.parametrize(
    "email",
    [
        "a@b.co",
        "Ann.O'Hara+tag@mail.example.com",
        "x!#$%&*/=?^_`{|}~-@a-b.example",
        f"{'l' * 64}@{'d' * 63}.example.org",
    ],
)
def test_an_address_is_taken(users: UsersWorld, email: str) -> None:
    assert users.post({"email": email, "name": "Ann"}).status in {201, 409}
    assert [user["email"] for user in users.found(email)] == [email]


@pytest.mark.parametrize(
    "email",
    [
        "",
        "a@b",
        "@b.co",
        "a@.co",
        "a b@c.de",
        "a@b.co\n",
        "ä@b.co",
        "a..b@c.de",
        ".a@b.co",
        "a@-b.co",
        "a@b.c",
        7,
    ],
)
def test_what_is_no_address_is_refused(users: UsersWorld, email: object) -> None:
    """It is 422 in a body and 400 in a query."""
    refused = users.post({"email": email, "name": "Ann"})
    assert refused.status == 422
    assert {error["pointer"] for error in refused.body["errors"]} == {"/email"}
    if isinstance(email, str):
        assert users.page(email=email).status == 400
