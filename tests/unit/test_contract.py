from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from generator.components.contract import pascal, read_contract
from generator.errors import RenderError
from tests.support import ROOT


def minimal() -> dict[str, Any]:
    return {
        "info": {"title": "Notes"},
        "paths": {
            "/notes/{id}": {
                "parameters": [{"$ref": "#/components/parameters/Id"}],
                "put": {
                    "operationId": "putNote",
                    "x-gen-throttle": "write",
                    "parameters": [
                        {"name": "If-Match", "in": "header", "required": True},
                        {"name": "q", "in": "query"},
                        {"name": "session", "in": "cookie"},
                    ],
                    "requestBody": {
                        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Note"}}}
                    },
                },
            },
            "/health": {"get": {"operationId": "health", "x-gen-throttle": "read", "security": []}},
        },
        "components": {
            "parameters": {
                "Id": {"$ref": "#/components/parameters/Real"},
                "Real": {"name": "id", "in": "path", "required": True},
            },
            "schemas": {"Note": {"type": "object"}},
        },
    }


def test_a_contract_is_read_in_the_order_of_paths(tmp_path: Path) -> None:
    file = tmp_path / "openapi.json"
    file.write_text(json.dumps(minimal()))
    contract = read_contract(file)
    assert (contract.title, contract.schemas) == ("Notes", ("Note",))
    health, put = contract.operations
    assert (health.method, health.path, health.open, health.throttle) == ("GET", "/health", True, "read")
    assert (put.method, put.open, put.throttle, put.operation_id) == ("PUT", False, "write", "putNote")
    assert put.parameters == {
        "method.request.path.id": True,
        "method.request.header.If-Match": True,
        "method.request.querystring.q": False,
    }
    assert put.body == {"application/json": "Note"}


@pytest.mark.parametrize(("security", "is_open"), [([], True), ([{"sigv4": []}], False), (None, False)])
def test_an_operation_is_open_only_if_the_contract_says_so(
    security: list[Any] | None, is_open: bool, tmp_path: Path
) -> None:
    """S1.7: without a word, callers sign."""
    document = minimal()
    operation = document["paths"]["/health"]["get"]
    del operation["security"]
    if security is not None:
        operation["security"] = security
    (tmp_path / "c.json").write_text(json.dumps(document))
    assert read_contract(tmp_path / "c.json").operations[0].open is is_open


def test_the_security_of_the_whole_contract_holds_where_an_operation_has_none(tmp_path: Path) -> None:
    document = {**minimal(), "security": []}
    (tmp_path / "c.json").write_text(json.dumps(document))
    assert all(one.open for one in read_contract(tmp_path / "c.json").operations)


Change = Callable[[dict[str, Any]], object]
PUT = "/notes/{id}"


@pytest.mark.parametrize(
    "change",
    [
        lambda d: d.pop("info"),
        lambda d: d.pop("paths"),
        lambda d: d.update(paths=[]),
        lambda d: d.update(paths={"/x": []}),
        lambda d: d.update(paths={"/x": {"get": None}}),
        lambda d: d["paths"][PUT]["put"].pop("operationId"),
        lambda d: d["paths"][PUT]["put"].pop("x-gen-throttle"),
        lambda d: d["paths"][PUT]["put"].update({"x-gen-throttle": "fast"}),
        lambda d: d["paths"][PUT]["put"].update(parameters=[{"$ref": "#/components/parameters/None"}]),
        lambda d: d["paths"][PUT]["put"].update(parameters=[{"name": "x"}]),
        lambda d: d["paths"][PUT]["put"].update(requestBody={"content": {"application/json": {}}}),
        lambda d: d["paths"][PUT]["put"]["requestBody"]["content"].update(
            {"a/b": {"schema": {"type": "object"}}}
        ),
        lambda d: d["components"]["parameters"]["Real"].update({"$ref": "#/components/parameters/Id"}),
        lambda d: d["components"]["parameters"]["Id"].update({"$ref": 5}),
    ],
    ids=range(14),
)
def test_a_contract_that_an_api_cannot_be_made_of_is_refused(change: Change, tmp_path: Path) -> None:
    document = minimal()
    change(document)
    folder = tmp_path / "notes"
    folder.mkdir()
    (folder / "openapi.json").write_text(json.dumps(document))
    with pytest.raises(RenderError, match=r"^notes/openapi\.json is not a contract") as caught:
        read_contract(folder / "openapi.json")
    assert "handlers/items/openapi.json" in caught.value.fix


@pytest.mark.parametrize("content", [b"", b"{", b"\xff\xfe", b"[]", b"null", b"5", b"[" * 100_000])
def test_a_file_that_is_no_contract_is_refused(content: bytes, tmp_path: Path) -> None:
    file = tmp_path / "openapi.json"
    file.write_bytes(content)
    with pytest.raises(RenderError, match="is not a contract that an API can be made of"):
        read_contract(file)


def test_a_contract_that_is_missing_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RenderError, match=r"openapi\.json is not a contract .*FileNotFoundError"):
        read_contract(tmp_path / "openapi.json")


def test_the_items_contract_can_be_read() -> None:
    contract = read_contract(ROOT / "handlers" / "items" / "openapi.json")
    assert len({operation.operation_id for operation in contract.operations}) == len(contract.operations)
    assert contract.schemas


@pytest.mark.parametrize(
    ("text", "expected"),
    [("/items/{id}", "ItemsId"), ("listItems", "ListItems"), ("/", ""), ("/a-b/c_d", "ABCD")],
)
def test_pascal(text: str, expected: str) -> None:
    assert pascal(text) == expected
