"""Every AWS call of every operation, every fault: a documented answer, nothing lost and nothing doubled."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from tests.handlers.catalog_support import SAID, TABLE, CatalogWorld, new_category, new_sku
from tests.handlers.contract_support import Answer
from tests.handlers.wire import FAULTS, Fault, KilledError, Wire

READ, LIST, WRITE, SECRET = "GetItem", "Query", "TransactWriteItems", "GetSecretValue"
# The calls of each operation. An idempotency record is looked up only when the request is repeated, and the
# token key is two versions of a secret.
CALLS: dict[str, tuple[str, ...]] = {
    "createProduct": (WRITE,),
    "createProduct again": (WRITE, READ),
    "getHealth": (READ,),
    "getProduct": (READ,),
    "listProducts": (LIST, SECRET, SECRET),
    "listProducts next": (SECRET, SECRET, LIST),
    "replaceProduct": (READ, WRITE),
    "patchProduct": (READ, WRITE),
    "deleteProduct": (READ, WRITE),
}


@dataclass(frozen=True)
class Cell:
    """An operation, one of its AWS calls, a fault of that, and what the caller is told; None is success."""

    name: str
    call: str
    fault: Fault
    status: int | None


CELLS = [
    pytest.param(Cell(name, call, fault, status), id=f"{name}-{call}-{fault.name}")
    for name, calls in CALLS.items()
    for call in sorted(set(calls))
    for fault, status in FAULTS
]


@dataclass(frozen=True)
class Caller:
    """Somebody who sends one request, again if need be, each time to a container that is new."""

    catalog: CatalogWorld
    event: dict[str, Any]

    def send(self, wire: Wire) -> Answer | None:
        """The answer; None when the container ended, which the gateway answers with 503."""
        clients = {"dynamodb": wire.client("dynamodb"), "secrets": wire.client("secretsmanager")}
        try:
            return self.catalog.send(self.event, api=self.catalog.api_with(**clients))
        except KilledError:
            return None


def rows(catalog: CatalogWorld, sku: str) -> list[dict[str, Any]]:
    """What the table holds of a product."""
    found = catalog.aws.dynamodb.query(
        TableName=TABLE,
        KeyConditionExpression="pk = :pk",
        ExpressionAttributeValues={":pk": {"S": f"SKU#{sku}"}},
        ConsistentRead=True,
    )
    items: list[dict[str, Any]] = found["Items"]
    return items


def arrange(catalog: CatalogWorld, name: str, sku: str) -> dict[str, Any]:
    """The event of an operation on a product that nobody else knows; what it needs is there."""
    headers = {"If-Match": '"1"', "Idempotency-Key": f"key-{sku}"}
    body = {"sku": sku, **SAID, "category": new_category()}
    if name != "createProduct":
        assert catalog.post(body, key=headers["Idempotency-Key"]).status == 201
    one: dict[str, Any] = {"sku": sku, "headers": headers}
    events: dict[str, Callable[[], dict[str, Any]]] = {
        "createProduct": lambda: catalog.event("POST", "/products", body=body, headers=headers),
        "createProduct again": lambda: catalog.event("POST", "/products", body=body, headers=headers),
        "getHealth": lambda: catalog.event("GET", "/health", caller=None),
        "getProduct": lambda: catalog.event("GET", "/products/{sku}", **one),
        "listProducts": lambda: catalog.event("GET", "/products", query=two(catalog, body)),
        "listProducts next": lambda: catalog.event("GET", "/products", query=second(catalog, body)),
        "replaceProduct": lambda: catalog.event("PUT", "/products/{sku}", body=SAID, **one),
        "patchProduct": lambda: catalog.event("PATCH", "/products/{sku}", body={"name": "x"}, **one),
        "deleteProduct": lambda: catalog.event("DELETE", "/products/{sku}", **one),
    }
    return events[name]()


def two(catalog: CatalogWorld, body: dict[str, Any]) -> dict[str, str]:
    """The query of a first page of two."""
    catalog.made(category=body["category"])
    return {"category": body["category"], "limit": "1"}


def second(catalog: CatalogWorld, body: dict[str, Any]) -> dict[str, str]:
    query = two(catalog, body)
    return {**query, "next_token": catalog.list(query=query).body["next_token"]}


@pytest.mark.parametrize("name", CALLS)
def test_the_matrix_knows_every_call(catalog: CatalogWorld, engine: str, name: str) -> None:
    """S2.12: test_catalog_timeouts adds up their budgets."""
    wire = Wire(engine)
    answer = Caller(catalog, arrange(catalog, name, new_sku())).send(wire)
    assert answer is not None
    assert answer.status < 300
    assert sorted(wire.calls.elements()) == sorted(CALLS[name])


@pytest.mark.parametrize("cell", CELLS)
def test_a_fault_is_told_and_sending_again_does_it_once(
    catalog: CatalogWorld, engine: str, cell: Cell
) -> None:
    """S2.12, S0.5."""
    name, call, fault, status = cell.name, cell.call, cell.fault, cell.status
    sku = new_sku()
    caller = Caller(catalog, arrange(catalog, name, sku))
    first = caller.send(Wire(engine, operation=call, fault=fault))
    expected = 503 if name == "getHealth" and status else status
    if first is None:
        assert expected == 503
    elif expected is not None:
        assert first.status == expected
    else:
        assert first.status < 300
    last = first if first and first.status < 300 else caller.send(Wire(engine))
    assert last is not None
    done_before = first is not last and call == WRITE and fault.name in {"answer-lost", "killed-after"}
    assert last.status == told(name, done_before=done_before)
    assert [row["version"]["N"] for row in rows(catalog, sku)] == left(name)


def told(name: str, *, done_before: bool) -> int:
    """What the request is answered in the end. A change that was made already is not made twice."""
    if done_before and name in {"replaceProduct", "patchProduct"}:
        return 412
    if done_before and name == "deleteProduct":
        return 404
    return {"createProduct": 201, "createProduct again": 201, "deleteProduct": 204}.get(name, 200)


def left(name: str) -> list[str]:
    """Versions in the table in the end."""
    return {"deleteProduct": [], "replaceProduct": ["2"], "patchProduct": ["2"]}.get(name, ["1"])
