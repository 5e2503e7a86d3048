"""Events that can never be recorded: told of once, kept, acknowledged."""

from __future__ import annotations

from typing import Any

import pytest

from handlers.shipments.alerts import subject
from tests.handlers.items_support import Failing, client_error
from tests.handlers.shipments_support import DAY_INDEX, REJECTIONS, ShipmentsWorld, message, wrapped

BAD_DETAILS: list[tuple[str, dict[str, Any]]] = [
    ("/status", {"status": "LOST"}),
    ("/status", {"status": None}),
    ("/shipment_id", {"shipment_id": "a b"}),
    ("/shipment_id", {"shipment_id": ""}),
    ("/shipment_id", {"shipment_id": "x" * 65}),
    ("/shipment_id", {"shipment_id": "SHP-1\n"}),
    ("/event_id", {"event_id": "a#b"}),
    ("/carrier", {"carrier": 7}),
    ("/location", {"location": ["Hamburg"]}),
    ("/occurred_at", {"occurred_at": 1_770_000_000}),
    ("/occurred_at", {"occurred_at": "yesterday"}),
    ("/occurred_at", {"occurred_at": "2026-01-31T12:00:00"}),
    ("/occurred_at", {"occurred_at": "2026-02-30T12:00:00Z"}),
    ("/occurred_at", {"occurred_at": "2026-01-31T24:30:00Z"}),
    ("/occurred_at", {"occurred_at": "2026-01-31T12:00:00+25:00"}),
    ("/occurred_at", {"occurred_at": "0001-01-01T00:00:00+14:00"}),
    ("/occurred_at", {"occurred_at": "9999-12-31T23:59:59-14:00"}),
    ("/occurred_at", {"occurred_at": "1999-12-31T23:59:59Z"}),
    ("/occurred_at", {"occurred_at": "2100-01-01T00:00:00Z"}),
]


@pytest.mark.parametrize(("place", "fault"), BAD_DETAILS)
def test_an_event_that_breaks_the_schema_is_told_of_once_kept_and_acknowledged(
    shipments: ShipmentsWorld, place: str, fault: dict[str, Any]
) -> None:
    """S4.3."""
    event = shipments.event(**fault)
    for _ in range(3):  # EventBridge's id and time, and SQS's id, differ each time.
        assert shipments.send(message(wrapped(event))) == []
    (alert,) = shipments.topic.alerts
    assert alert["alert"] == "event rejected"
    assert alert["error"] == "RejectedEvent"
    assert alert["reason"].startswith(place)
    assert {"message_id", "request_id", "rejection_id"} <= set(alert)
    row = shipments.rejection(alert["rejection_id"])
    assert row["reason"]["S"] == alert["reason"]
    assert event["event_id"].split("#")[0] in row["content"]["S"]
    assert "alerted_at" in row
    assert int(row["ttl"]["N"]) > 0
    assert shipments.rows() == []
    assert (shipments.counted["Rejected"], shipments.counted["Duplicates"]) == (1, 2)


@pytest.mark.parametrize("name", ["event_id", "shipment_id", "status", "occurred_at", "carrier", "location"])
def test_an_event_needs_each_of_its_members(shipments: ShipmentsWorld, name: str) -> None:
    """S4.3."""
    event = shipments.event()
    del event[name]
    assert shipments.send(message(wrapped(event))) == []
    (alert,) = shipments.topic.alerts
    assert alert["reason"] == f"/{name} is required"
    assert {"shipment_id", "event_id"} - set(alert) == {name} & {"shipment_id", "event_id"}


@pytest.mark.parametrize(
    "body",
    [
        "",
        "{",
        "null",
        "[]",
        '"text"',
        '{"detail": {}, "detail": {}}',
        '{"detail": null}',
        '{"detail": [1]}',
        '{"detail": NaN}',
        '{"detail": "\\ud800"}',
        "[" * 100_000,
        "\ud800",
        "\x00",
        "1" * 5000,
    ],
)
def test_a_message_that_is_no_event_is_told_of_once_kept_and_acknowledged(
    shipments: ShipmentsWorld, body: str
) -> None:
    """S4.3."""
    body = f"{body} " + " " * int(shipments.shipment[4:])  # Another one than that of any other test.
    assert shipments.send(message(body), message(body)) == []
    (alert,) = shipments.topic.alerts
    row = shipments.rejection(alert["rejection_id"])
    assert row["content"]["S"] == body.encode("utf-8", "replace").decode()
    assert "shipment_id" not in alert


def test_a_rejection_names_the_ids_that_are_sound(shipments: ShipmentsWorld) -> None:
    event = shipments.event("LOST", event_id="no#good")
    assert shipments.send(message(wrapped(event))) == []
    (alert,) = shipments.topic.alerts
    assert alert["shipment_id"] == shipments.shipment
    assert "event_id" not in alert
    row = shipments.rejection(alert["rejection_id"])
    assert row["shipment_id"]["S"] == shipments.shipment
    assert "event_id" not in row


def test_two_bad_events_are_two_rejections(shipments: ShipmentsWorld) -> None:
    for _ in range(2):
        shipments.send(message(wrapped(shipments.event("LOST"))))
    assert len({alert["rejection_id"] for alert in shipments.topic.alerts}) == 2


def test_of_a_message_too_large_for_a_row_the_beginning_is_kept(shipments: ShipmentsWorld) -> None:
    body = wrapped(shipments.event("LOST", location="ü" * 400_000))
    assert shipments.send(message(body)) == []
    (alert,) = shipments.topic.alerts
    content = shipments.rejection(alert["rejection_id"])["content"]["S"]
    assert body.startswith(content)
    assert 299_990 < len(content.encode()) <= 300_000


def test_rejections_of_a_day_are_found_without_a_scan(shipments: ShipmentsWorld) -> None:
    shipments.clock.forward(days=1 + int(shipments.shipment[4:]))
    shipments.send(message(wrapped(shipments.event("LOST"))))
    day = shipments.clock.now.isoformat()[:10]
    found = shipments.aws.dynamodb.query(
        TableName=REJECTIONS,
        IndexName=DAY_INDEX,
        KeyConditionExpression="#day = :day",
        ExpressionAttributeNames={"#day": "day"},
        ExpressionAttributeValues={":day": {"S": day}},
    )
    (row,) = found["Items"]
    assert row["pk"]["S"] == f"REJECTION#{shipments.topic.alerts[0]['rejection_id']}"


def test_an_alert_that_cannot_be_sent_is_counted_and_the_rejection_is_acknowledged(
    shipments: ShipmentsWorld, caplog: pytest.LogCaptureFixture
) -> None:
    """S4.3: the failure of the alert hides nothing; should the event come again, so does its alert."""
    event = shipments.event("LOST")
    broken = Failing(shipments.topic, publish=client_error("InternalFailure", status=500))
    assert shipments.send(message(wrapped(event)), processor=shipments.processor(sns=broken)) == []
    (row,) = shipments.rejections()
    assert row["reason"]["S"].startswith("/status")
    assert shipments.counted["AlertFailures"] == 1
    assert "alert failed: event rejected" in caplog.messages
    shipments.clock.forward(seconds=360)
    shipments.send(message(wrapped(event)))
    assert shipments.topic.titles == ["event rejected"]


@pytest.mark.parametrize(
    ("text", "shown"),
    [("a" * 200, "a" * 100), ("Grüße\r\n\x00", "Gr??e???"), ("dev shipments: x", "dev shipments: x")],
)
def test_a_subject_is_one_line_of_ascii(text: str, shown: str) -> None:
    """S4.3."""
    assert subject(text) == shown
