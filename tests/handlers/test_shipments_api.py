"""The query API: by status through the index, one shipment with its history, page by page."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ConnectTimeoutError

from tests.handlers.contract_support import Answer
from tests.handlers.items_support import Failing, client_error
from tests.handlers.shipments_support import STATUS_INDEX, TABLE, ShipmentsWorld, message, wrapped


def sent(world: ShipmentsWorld, *events: dict[str, Any]) -> None:
    assert world.send(*(message(wrapped(event)) for event in events)) == []


def a_day(world: ShipmentsWorld) -> str:
    """A day on which nobody else's shipments move."""
    number = int(world.shipment[4:])
    return f"{2000 + number // 336}-{1 + number // 28 % 12:02}-{1 + number % 28:02}"


def by_status(world: ShipmentsWorld, status: str, **query: str) -> Answer:
    return world.get("/shipments", query={"status": status, **query})


def on_day(world: ShipmentsWorld, status: str, **query: str) -> Answer:
    day = a_day(world)
    period = {"from": f"{day}T00:00:00Z", "to": f"{day}T23:59:59Z"}
    return by_status(world, status, **(period | query))


class Recording:
    """A client that remembers what it was asked."""

    def __init__(self, client: Any) -> None:
        self._client = client
        self.asked: list[tuple[str, dict[str, Any]]] = []

    def __getattr__(self, name: str) -> Any:
        def ask(**arguments: Any) -> Any:
            self.asked.append((name, arguments))
            return getattr(self._client, name)(**arguments)

        return ask


def test_shipments_that_reached_a_status_in_a_period_are_listed_newest_first(
    shipments: ShipmentsWorld,
) -> None:
    """S4.5."""
    day = a_day(shipments)
    for hour in ("08", "10", "09"):
        sent(shipments, shipments.event("PICKED_UP", occurred_at=f"{day}T{hour}:00:00Z"))
    sent(shipments, shipments.event("DELIVERED", occurred_at=f"{day}T11:00:00Z"))
    answer = on_day(shipments, "PICKED_UP")
    assert answer.status == 200
    assert [one["occurred_at"][11:13] for one in answer.body["shipments"]] == ["10", "09", "08"]
    (first, *_) = answer.body["shipments"]
    assert first["shipment_id"] == shipments.shipment
    assert set(first) == {"shipment_id", "event_id", "status", "occurred_at", "carrier", "location"}
    assert "next_token" not in answer.body


def test_a_list_by_status_is_a_query_of_the_index_and_never_a_scan(shipments: ShipmentsWorld) -> None:
    """S4.5."""
    client = Recording(shipments.aws.dynamodb)
    api = shipments.api(dynamodb=client)
    for view in ("reached", "current"):
        assert shipments.get("/shipments", query={"status": "CREATED", "view": view}, api=api).status == 200
    assert [name for name, _ in client.asked] == ["query", "query"]
    for _, asked in client.asked:
        assert (asked["TableName"], asked["IndexName"]) == (TABLE, STATUS_INDEX)
        assert asked["KeyConditionExpression"].startswith("#status = :status AND #timestamp ")
        assert "FilterExpression" not in asked
        assert asked["Limit"] == 20


def test_a_period_begins_with_its_first_moment_and_ends_before_its_last(shipments: ShipmentsWorld) -> None:
    day = a_day(shipments)
    times = [f"{day}T12:00:00{fraction}Z" for fraction in ("", ".000001", ".5", ".999999")]
    sent(shipments, *(shipments.event("RETURNED", occurred_at=time) for time in times))
    period = {"from": f"{day}T12:00:00.000001Z", "to": f"{day}T12:00:00.999999Z"}
    listed = by_status(shipments, "RETURNED", **period).body["shipments"]
    assert [one["occurred_at"][20:26] for one in listed] == ["500000", "000001"]
    elsewhere = {"from": f"{day}T14:00:00.000001+02:00", "to": f"{day}T07:00:00.999999-05:00"}
    assert by_status(shipments, "RETURNED", **elsewhere).body["shipments"] == listed


def test_shipments_that_have_a_status_now_are_listed_once_each(shipments: ShipmentsWorld) -> None:
    """S4.5."""
    moved, stays = f"{shipments.shipment}-moved", f"{shipments.shipment}-stays"
    sent(
        shipments,
        shipments.event("OUT_FOR_DELIVERY", shipment_id=moved),
        shipments.event("OUT_FOR_DELIVERY", shipment_id=stays),
        shipments.event("OUT_FOR_DELIVERY", shipment_id=stays, occurred_at="2026-01-31T13:00:00Z"),
        shipments.event("DELIVERED", shipment_id=moved, occurred_at="2026-02-01T00:00:00Z"),
    )
    now = pages(shipments, "/shipments", {"status": "OUT_FOR_DELIVERY", "view": "current", "limit": "2"})
    ids = [one["shipment_id"] for page in now for one in page["shipments"]]
    assert ids.count(stays) == 1
    assert moved not in ids
    delivered = pages(shipments, "/shipments", {"status": "DELIVERED", "view": "current"})
    assert moved in [one["shipment_id"] for page in delivered for one in page["shipments"]]


def pages(world: ShipmentsWorld, path: str, query: dict[str, str], **more: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    token = ""
    while True:
        answer = world.get(path, query={**query, **({"next_token": token} if token else {})}, **more)
        assert answer.status == 200, answer.text
        found.append(answer.body)
        token = answer.body.get("next_token", "")
        if not token:
            return found


def test_pages_of_a_list_follow_one_another_without_gap_or_repetition(shipments: ShipmentsWorld) -> None:
    day = a_day(shipments)
    events = [shipments.event("CREATED", occurred_at=f"{day}T12:00:00Z") for _ in range(7)]
    sent(shipments, *events)
    query = {"status": "CREATED", "from": f"{day}T00:00:00Z", "to": f"{day}T13:00:00Z", "limit": "3"}
    found = pages(shipments, "/shipments", query)
    assert [len(page["shipments"]) for page in found] == [3, 3, 1]
    ids = [one["event_id"] for page in found for one in page["shipments"]]
    assert sorted(ids) == sorted(event["event_id"] for event in events)


def test_a_shipment_is_shown_with_its_latest_state_and_its_history(shipments: ShipmentsWorld) -> None:
    times = [f"2026-01-31T1{hour}:00:00Z" for hour in range(5)]
    sent(shipments, *(shipments.event(occurred_at=time) for time in (*times[1:], times[0])))
    found = pages(shipments, "/shipments/{id}", {"limit": "2"}, shipment_id=shipments.shipment)
    assert [len(page["history"]) for page in found] == [2, 2, 1]
    assert {page["shipment"]["occurred_at"][11:13] for page in found} == {"14"}
    hours = [one["occurred_at"][11:13] for page in found for one in page["history"]]
    assert hours == ["14", "13", "12", "11", "10"]


def test_a_shipment_that_nobody_reported_is_not_found(shipments: ShipmentsWorld) -> None:
    assert shipments.get("/shipments/{id}", shipment_id="SHP-unknown").status == 404


@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        ({}, "status"),
        ({"status": "LOST"}, "status"),
        ({"status": "CREATED", "view": "past"}, "view"),
        ({"status": "CREATED", "view": "current", "from": "2026-01-01T00:00:00Z"}, "view"),
        ({"status": "CREATED", "view": "current", "to": "2026-01-01T00:00:00Z"}, "view"),
        ({"status": "CREATED", "from": "yesterday"}, "from"),
        ({"status": "CREATED", "to": "2026-02-30T00:00:00Z"}, "to"),
        ({"status": "CREATED", "limit": "0"}, "limit"),
        ({"status": "CREATED", "limit": "101"}, "limit"),
    ],
)
def test_a_parameter_that_is_wrong_is_named(
    shipments: ShipmentsWorld, query: dict[str, str], parameter: str
) -> None:
    answer = shipments.get("/shipments", query=query)
    assert answer.status == 400
    assert [error["parameter"] for error in answer.body["errors"]] == [parameter]


def test_a_token_is_good_for_its_caller_and_its_list_alone(shipments: ShipmentsWorld) -> None:
    day = a_day(shipments)
    sent(shipments, *(shipments.event("EXCEPTION", occurred_at=f"{day}T12:00:0{n}Z") for n in range(3)))
    token = on_day(shipments, "EXCEPTION", limit="1").body["next_token"]
    again = {"limit": "1", "next_token": token}
    assert on_day(shipments, "EXCEPTION", **again).status == 200
    period = {"from": f"{day}T00:00:00Z", "to": f"{day}T23:59:58Z"}
    assert by_status(shipments, "EXCEPTION", **period, **again).status == 400
    assert on_day(shipments, "CREATED", **again).status == 400
    assert by_status(shipments, "EXCEPTION", view="current", **again).status == 400
    query = {"status": "EXCEPTION", "from": f"{day}T00:00:00Z", "to": f"{day}T23:59:59Z", **again}
    assert shipments.get("/shipments", query=query, caller="arn:aws:iam::1:user/other").status == 400
    assert (
        shipments.get("/shipments/{id}", shipment_id=shipments.shipment, query={"next_token": token}).status
        == 400
    )
    shipments.clock.forward(hours=2)
    assert on_day(shipments, "EXCEPTION", **again).status == 400


def test_health_tells_whether_the_table_can_be_read(shipments: ShipmentsWorld) -> None:
    assert shipments.get("/health", caller=None).body == {"status": "ok"}
    down = shipments.api(
        dynamodb=Failing(shipments.aws.dynamodb, get_item=client_error("AccessDeniedException"))
    )
    assert shipments.get("/health", caller=None, api=down).status == 503


@pytest.mark.parametrize("path", ["/shipments", "/shipments/{id}", "/health"])
def test_the_preflight_of_an_allowed_origin_is_answered(shipments: ShipmentsWorld, path: str) -> None:
    for origin, allowed in (("https://example.com", "GET"), ("https://evil.example", None)):
        answer = shipments.get(
            path, method="OPTIONS", headers={"Origin": origin}, shipment_id="x" if "{" in path else ""
        )
        assert answer.status == 204
        assert answer.headers.get("Access-Control-Allow-Methods") == allowed


ERRORS = [
    (client_error("ThrottlingException"), 429),
    (client_error("ProvisionedThroughputExceededException"), 429),
    (client_error("InternalServerError", status=500), 503),
    (ConnectTimeoutError(endpoint_url="https://aws"), 503),  # type: ignore[no-untyped-call, unused-ignore]
    (client_error("AccessDeniedException"), 500),
    (RuntimeError("a bug"), 500),
]


@pytest.mark.parametrize(("error", "status"), ERRORS, ids=str)
@pytest.mark.parametrize("method", ["get_item", "query"])
def test_a_call_of_aws_that_fails_is_answered_as_documented(
    shipments: ShipmentsWorld, error: Exception, status: int, method: str
) -> None:
    sent(shipments, shipments.event())
    api = shipments.api(dynamodb=Failing(shipments.aws.dynamodb, **{method: error}))
    assert shipments.get("/shipments/{id}", shipment_id=shipments.shipment, api=api).status == status
    listed = shipments.get("/shipments", query={"status": "CREATED"}, api=api).status
    assert listed == (status if method == "query" else 200)


@pytest.mark.parametrize(("error", "status"), ERRORS, ids=str)
def test_a_key_that_cannot_be_read_is_answered_as_documented(
    shipments: ShipmentsWorld, error: Exception, status: int
) -> None:
    sent(shipments, shipments.event(), shipments.event())
    api = shipments.api(secrets=Failing(shipments.aws.secrets, get_secret_value=error))
    answer = shipments.get("/shipments/{id}", shipment_id=shipments.shipment, query={"limit": "1"}, api=api)
    assert answer.status == status
