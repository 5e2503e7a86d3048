"""What the processor makes of events: history, latest state, duplicates, order, business alerts."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.handlers.items_support import Failing
from tests.handlers.shipments_support import Invocation, ShipmentsWorld, Topic, message, wrapped


def sent(world: ShipmentsWorld, *events: dict[str, Any]) -> None:
    for event in events:
        assert world.send(message(wrapped(event))) == []


def test_an_event_becomes_a_row_of_history_and_the_latest_state(shipments: ShipmentsWorld) -> None:
    event = shipments.event("PICKED_UP", occurred_at="2026-01-31T13:30:00.5+01:30", later="ignored")
    sent(shipments, event)
    (row,) = shipments.history()
    assert row["timestamp"]["S"] == f"2026-01-31T12:00:00.500000Z#{event['event_id']}"
    assert row["occurred_at"]["S"] == "2026-01-31T12:00:00.500000Z"
    assert row["status"]["S"] == "PICKED_UP"
    assert (row["carrier"]["S"], row["location"]["S"]) == ("ACME Parcels", "Hamburg, DE")
    assert "later" not in row
    assert "ttl" not in row
    latest = shipments.latest()
    assert latest is not None
    assert (latest["status"]["S"], latest["event_id"]["S"]) == ("PICKED_UP", event["event_id"])
    assert shipments.counted == {"Received": 1, "Processed": 1, "Duplicates": 0, "Rejected": 0, "Failed": 0}
    assert shipments.topic.alerts == []


@pytest.mark.parametrize(
    ("written", "normalised"),
    [
        ("2026-01-31T12:00:00Z", "2026-01-31T12:00:00.000000Z"),
        ("2026-01-31t12:00:00z", "2026-01-31T12:00:00.000000Z"),
        ("2026-01-31T12:00:00.123456789Z", "2026-01-31T12:00:00.123456Z"),
        ("2026-01-01T01:00:00+02:00", "2025-12-31T23:00:00.000000Z"),
        ("2026-01-31T12:00:00-00:00", "2026-01-31T12:00:00.000000Z"),
    ],
)
def test_times_are_kept_in_utc_and_in_one_width(
    shipments: ShipmentsWorld, written: str, normalised: str
) -> None:
    sent(shipments, shipments.event(occurred_at=written))
    (row,) = shipments.history()
    assert row["occurred_at"]["S"] == normalised
    assert len(normalised) == 27


def test_the_history_of_a_shipment_sorts_as_its_times_do(shipments: ShipmentsWorld) -> None:
    times = (
        "2026-01-31T12:00:00+02:00",
        "2026-01-31T11:00:00Z",
        "2026-01-31T12:00:00.1Z",
        "2026-01-31T12:00:00Z",
    )
    sent(shipments, *(shipments.event(occurred_at=time) for time in times))
    assert [row["occurred_at"]["S"][11:22] for row in shipments.history()] == [
        "10:00:00.00",
        "11:00:00.00",
        "12:00:00.00",
        "12:00:00.10",
    ]


def test_an_event_that_comes_late_does_not_move_the_latest_state_back(shipments: ShipmentsWorld) -> None:
    delivered = shipments.event("DELIVERED", occurred_at="2026-02-02T00:00:00Z")
    late = shipments.event("IN_TRANSIT", occurred_at="2026-02-01T00:00:00Z")
    sent(shipments, delivered, late)
    latest = shipments.latest()
    assert latest is not None
    assert latest["status"]["S"] == "DELIVERED"
    assert [row["status"]["S"] for row in shipments.history()] == ["IN_TRANSIT", "DELIVERED"]


def test_an_event_that_comes_again_is_a_success_and_changes_nothing(shipments: ShipmentsWorld) -> None:
    event = shipments.event()
    sent(shipments, event)
    before = shipments.rows()
    sent(shipments, event, event)
    assert shipments.rows() == before
    assert (shipments.counted["Processed"], shipments.counted["Duplicates"]) == (1, 2)


def test_two_events_of_one_instant_are_both_kept_and_the_greater_id_is_the_latest(
    shipments: ShipmentsWorld,
) -> None:
    first, second = (
        shipments.event("PICKED_UP", event_id="b"),
        shipments.event("IN_TRANSIT", event_id="a", occurred_at="2026-01-31T13:00:00+01:00"),
    )
    sent(shipments, first, second)
    instant = "2026-01-31T12:00:00.000000Z"
    assert [row["timestamp"]["S"] for row in shipments.history()] == [f"{instant}#a", f"{instant}#b"]
    latest = shipments.latest()
    assert latest is not None
    assert latest["event_id"]["S"] == "b"


def test_an_exception_tells_people_once(shipments: ShipmentsWorld) -> None:
    event = shipments.event("EXCEPTION", location="a secret place")
    invocation = Invocation()
    body = wrapped(event)
    assert shipments.send(message(body, message_id="m-1"), invocation=invocation) == []
    (alert,) = shipments.topic.alerts
    assert alert == {
        "alert": f"EXCEPTION of {shipments.shipment}",
        "environment": "dev",
        "service": "shipments",
        "shipment_id": shipments.shipment,
        "event_id": event["event_id"],
        "status": "EXCEPTION",
        "occurred_at": "2026-01-31T12:00:00.000000Z",
        "message_id": "m-1",
        "request_id": invocation.aws_request_id,
    }
    sent(shipments, event, event)
    assert len(shipments.topic.alerts) == 1
    (row,) = shipments.history()
    assert "alerted_at" in row


def test_an_exception_that_comes_late_tells_people_too(shipments: ShipmentsWorld) -> None:
    sent(
        shipments,
        shipments.event("DELIVERED", occurred_at="2026-02-02T00:00:00Z"),
        shipments.event("EXCEPTION", occurred_at="2026-02-01T00:00:00Z"),
    )
    assert len(shipments.topic.alerts) == 1


class Meanwhile:
    """A topic that hands the same event to another invocation before it takes an alert."""

    def __init__(self, world: ShipmentsWorld, event: dict[str, Any], topic: Topic) -> None:
        self.world, self.event, self.topic = world, event, topic
        self.seen: list[list[str]] = []

    def publish(self, **alert: Any) -> dict[str, str]:
        if not self.seen:
            self.seen.append(self.world.send(message(wrapped(self.event))))
        return self.topic.publish(**alert)


@pytest.mark.parametrize("status", ["EXCEPTION", "LOST"])
def test_two_deliveries_at_once_tell_people_once(shipments: ShipmentsWorld, status: str) -> None:
    event = shipments.event(status)
    topic = Meanwhile(shipments, event, shipments.topic)
    assert shipments.send(message(wrapped(event)), processor=shipments.processor(sns=topic)) == []
    assert topic.seen == [[]]
    assert len(shipments.topic.alerts) == 1


def test_one_batch_may_hold_sound_events_bad_ones_and_the_same_one_twice(shipments: ShipmentsWorld) -> None:
    event = shipments.event()
    bodies = [wrapped(event), "{", wrapped(event), wrapped(shipments.event("LOST"))]
    assert shipments.send(*map(message, bodies)) == []
    assert shipments.counted == {"Received": 4, "Processed": 1, "Duplicates": 1, "Rejected": 2, "Failed": 0}


def test_what_cannot_be_begun_in_time_is_handed_back_untouched(shipments: ShipmentsWorld) -> None:
    class Ticking(Invocation):
        def get_remaining_time_in_millis(self) -> int:
            self.left_ms -= 10_000
            return self.left_ms

    messages = [message(wrapped(shipments.event())) for _ in range(6)]
    handed_back = shipments.send(*messages, invocation=Ticking(left_ms=60_000))
    assert handed_back == [one["messageId"] for one in messages[3:]]
    assert len(shipments.history()) == 3
    assert shipments.counted["Failed"] == 3


def test_a_message_out_of_time_on_its_last_receive_is_told_of(shipments: ShipmentsWorld) -> None:
    class Late(Invocation):
        def get_remaining_time_in_millis(self) -> int:
            self.left_ms //= 4
            return self.left_ms

    last = message(wrapped(shipments.event()), receives=5)
    assert shipments.send(last, invocation=Late()) == [last["messageId"]]
    (alert,) = shipments.topic.alerts
    assert (alert["alert"], alert["error"]) == ("event given up", "OutOfTimeError")


def test_a_short_timeout_is_shared_out_too(shipments: ShipmentsWorld) -> None:
    assert shipments.send(message(wrapped(shipments.event())), invocation=Invocation(left_ms=900)) == []


def test_the_log_and_the_alerts_hold_nothing_of_what_was_sent(
    shipments: ShipmentsWorld, caplog: pytest.LogCaptureFixture
) -> None:
    secret = "a secret place"
    events = (
        shipments.event("EXCEPTION", location=secret, carrier=secret),
        shipments.event("LOST", location=secret),
        shipments.event(location=secret, carrier=7, extra=secret),
        shipments.event(shipment_id=secret),
        shipments.event(event_id=f"#{secret}", occurred_at=secret),
    )
    sent(shipments, *events)
    assert shipments.send(message(f'{{"detail": "{secret}"')) == []
    down = shipments.processor(dynamodb=Failing(shipments.aws.dynamodb, put_item=RuntimeError(secret)))
    last = message(wrapped(shipments.event(location=secret)), receives=5)
    assert shipments.send(last, processor=down) == [last["messageId"]]
    assert len(shipments.topic.alerts) == 7
    assert secret not in json.dumps(shipments.topic.alerts)
    assert caplog.messages == ["message failed"]
    assert secret not in repr([{**vars(record), "exc_info": None} for record in caplog.records])
