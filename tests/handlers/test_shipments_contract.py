"""The contract of the shipments API and of the events, held against the code."""

from __future__ import annotations

from pathlib import Path

import pytest
from openapi_schema_validator import OAS30Validator
from openapi_spec_validator import OpenAPIV30SpecValidator

from handlers.common.contract import load_contract
from handlers.shipments.event import ShipmentEvent
from tests.handlers.shipments_support import CONTRACT, ShipmentsWorld, message, wrapped

SCHEMAS = CONTRACT["components"]["schemas"]
OPERATIONS = {
    (path, method): operation
    for path, item in CONTRACT["paths"].items()
    for method, operation in item.items()
}


def test_the_contract_is_sound_openapi() -> None:
    OpenAPIV30SpecValidator(CONTRACT).validate()


def test_every_operation_has_a_name_of_its_own_only_reads_and_says_who_may_call() -> None:
    names = [operation["operationId"] for operation in OPERATIONS.values()]
    assert len(names) == len(set(names)) == 6
    for (path, method), operation in OPERATIONS.items():
        assert method in {"get", "options"}
        assert operation["x-gen-throttle"] == "read"
        is_open = method == "options" or path == "/health"
        assert operation["security"] == ([] if is_open else [{"sigv4": []}])
        assert {"403", "429", "500", "503"} <= operation["responses"].keys()


def test_an_event_has_the_members_that_are_recorded_and_each_is_required() -> None:
    members = list(ShipmentEvent.__dataclass_fields__)
    for name in ("ShipmentEvent", "ShipmentState"):
        assert sorted(SCHEMAS[name]["required"]) == sorted(SCHEMAS[name]["properties"]) == sorted(members)


def test_statuses_are_the_seven_that_carriers_report() -> None:
    """S4.3."""
    assert SCHEMAS["Status"]["enum"] == [
        "CREATED",
        "PICKED_UP",
        "IN_TRANSIT",
        "OUT_FOR_DELIVERY",
        "DELIVERED",
        "EXCEPTION",
        "RETURNED",
    ]


@pytest.mark.parametrize("status", SCHEMAS["Status"]["enum"])
def test_each_status_is_recorded(shipments: ShipmentsWorld, status: str) -> None:
    event = shipments.event(status)
    OAS30Validator({**SCHEMAS["ShipmentEvent"], "components": CONTRACT["components"]}).validate(event)
    assert shipments.send(message(wrapped(event))) == []
    latest = shipments.latest()
    assert latest is not None
    assert latest["status"]["S"] == status


def test_the_largest_event_fits_into_its_rows(shipments: ShipmentsWorld) -> None:
    event = shipments.event(
        shipment_id=f"{shipments.shipment}-".ljust(64, "x"),
        event_id="e" * 128,
        carrier="\U0001f69a" * 100,
        location="\U0001f69a" * 256,
    )
    assert shipments.send(message(wrapped(event))) == []
    answer = shipments.get("/shipments/{id}", shipment_id=event["shipment_id"])
    assert answer.body["shipment"]["location"] == event["location"]
    assert len(answer.text.encode()) * 100 < 6_000_000, "a function answers with at most 6 MB"


def test_the_contract_lists_the_same_operations_when_loaded() -> None:
    contract = load_contract(Path(__file__).parents[2] / "handlers/shipments/openapi.json")
    loaded = {(path, method.lower()) for path, methods in contract.operations.items() for method in methods}
    assert loaded == set(OPERATIONS)
