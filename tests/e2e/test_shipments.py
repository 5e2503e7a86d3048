"""Shipments: events over HTTP, through bus, rule and queue, on the embedded AWS with IAM enforced."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote
from uuid import uuid4

import pytest

from tests.e2e.conftest import Deployed, eventually

pytestmark = pytest.mark.e2e

SOURCE = "com.example.carriers"


@dataclass(frozen=True)
class Shipments:
    """The deployed system, a shipment nobody else has, and a queue that its topic tells."""

    deployed: Deployed
    id: str
    inbox: str

    @property
    def outputs(self) -> Mapping[str, str]:
        return self.deployed.outputs

    def event(self, status: str = "IN_TRANSIT", **changes: Any) -> dict[str, Any]:
        return {
            "event_id": f"evt-{uuid4()}",
            "shipment_id": self.id,
            "status": status,
            "occurred_at": "2026-01-31T12:00:00Z",
            "carrier": "ACME Parcels",
            "location": "Hamburg, DE",
            **changes,
        }

    def put(self, *details: object, source: str = SOURCE) -> None:
        """Put events on the bus, one after the other."""
        for detail in details:
            answer = self.deployed.client("events").put_events(
                Entries=[
                    {
                        "EventBusName": self.outputs["EventBusName"],
                        "Source": source,
                        "DetailType": "Shipment status changed",
                        "Detail": json.dumps(detail),
                    }
                ]
            )
            assert answer["FailedEntryCount"] == 0

    def shown(self) -> Any:
        """The shipment as the API shows it; None where there is none."""
        answer = self.deployed.api.call("GET", f"/shipments/{self.id}?limit=100")
        assert answer.status in (200, 404), answer.content
        return answer.json if answer.status == 200 else None

    def with_history(self, length: int) -> Any:
        """The shipment as soon as it has this many events."""
        return eventually(
            lambda: found if (found := self.shown()) and len(found["history"]) == length else None
        )

    def alerts(self) -> list[dict[str, Any]]:
        """Messages about the shipment that came since the last look."""
        sqs, found = self.deployed.client("sqs"), []
        while messages := sqs.receive_message(
            QueueUrl=self.inbox, MaxNumberOfMessages=10, WaitTimeSeconds=1
        ).get("Messages"):
            for one in messages:
                found.append(json.loads(json.loads(one["Body"])["Message"]))
                sqs.delete_message(QueueUrl=self.inbox, ReceiptHandle=one["ReceiptHandle"])
        return [
            alert for alert in found if self.id in (alert.get("shipment_id"), alert["alert"][-len(self.id) :])
        ]

    def rejection(self, rejection_id: str) -> Any:
        key = {"pk": {"S": f"REJECTION#{rejection_id}"}, "sk": {"S": "META"}}
        table = self.outputs["RejectionsTableName"]
        return self.deployed.client("dynamodb").get_item(TableName=table, Key=key)["Item"]


@pytest.fixture
def shipments(stacks: dict[str, Deployed]) -> Iterator[Shipments]:
    deployed = stacks["shipments"]
    sqs, sns = deployed.client("sqs"), deployed.client("sns")
    inbox = sqs.create_queue(QueueName=f"inbox-{uuid4()}")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=inbox, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    allow = {
        "Effect": "Allow",
        "Principal": {"Service": "sns.amazonaws.com"},
        "Action": "sqs:SendMessage",
        "Resource": arn,
    }
    policy = json.dumps({"Version": "2012-10-17", "Statement": [allow]})
    sqs.set_queue_attributes(QueueUrl=inbox, Attributes={"Policy": policy})
    subscription = sns.subscribe(
        TopicArn=deployed.outputs["AlarmTopicArn"], Protocol="sqs", Endpoint=arn, ReturnSubscriptionArn=True
    )["SubscriptionArn"]
    yield Shipments(deployed, f"SHP-{uuid4()}", inbox)
    sns.unsubscribe(SubscriptionArn=subscription)
    sqs.delete_queue(QueueUrl=inbox)


def test_events_on_the_bus_become_history_and_latest_state(shipments: Shipments) -> None:
    """S4.3, S4.5."""
    delivered = shipments.event("DELIVERED", occurred_at="2026-02-02T09:00:00+01:00")
    late = shipments.event("PICKED_UP", occurred_at="2026-01-30T08:00:00Z")
    shipments.put(shipments.event(), delivered, delivered, late)
    found = shipments.with_history(3)
    assert found["shipment"] == delivered | {"occurred_at": "2026-02-02T08:00:00.000000Z"}
    assert [one["status"] for one in found["history"]] == ["DELIVERED", "IN_TRANSIT", "PICKED_UP"]


def test_many_senders_at_once_lose_and_double_nothing(shipments: Shipments) -> None:
    """S4.3: late, doubled and simultaneous events, taken by several executions."""
    events = [
        shipments.event(occurred_at=f"2026-01-31T12:{number // 4:02}:00Z", event_id=f"e{number:03}")
        for number in range(60)
    ]
    with ThreadPoolExecutor(4) as pool:
        shuffled = sorted([*events, *events[::3]], key=lambda event: event["event_id"][::-1])
        list(pool.map(shipments.put, shuffled))
    found = shipments.with_history(60)
    eventually(lambda: waiting(shipments, "QueueUrl") == 0)
    assert [one["event_id"] for one in found["history"]] == [event["event_id"] for event in events[::-1]]
    assert shipments.shown()["shipment"]["event_id"] == "e059"
    assert shipments.alerts() == []


def test_shipments_are_listed_by_status_page_by_page(shipments: Shipments) -> None:
    """S4.5."""
    others = [f"{shipments.id}-{number}" for number in range(3)]
    day = f"20{uuid4().int % 80 + 10}-03-04"
    events = [
        shipments.event("RETURNED", shipment_id=one, occurred_at=f"{day}T0{number}:00:00Z")
        for number, one in enumerate(others)
    ]
    shipments.put(*events)
    path = f"/shipments?status=RETURNED&from={quote(f'{day}T00:00:00Z')}&to={quote(f'{day}T12:00:00+00:00')}"
    eventually(
        lambda: len(shipments.deployed.api.call("GET", f"{path}&limit=100").json["shipments"]) >= len(others)
    )
    listed: list[str] = []
    token = ""
    while True:
        page = shipments.deployed.api.call(
            "GET", f"{path}&limit=2" + (f"&next_token={token}" if token else "")
        )
        assert page.status == 200, page.content
        listed += [one["shipment_id"] for one in page.json["shipments"] if one["shipment_id"] in others]
        if not (token := page.json.get("next_token", "")):
            break
    assert listed == others[::-1]
    current = shipments.deployed.api.call("GET", "/shipments?status=RETURNED&view=current&limit=100")
    assert set(others) <= {one["shipment_id"] for one in current.json["shipments"]}


def test_a_bad_event_is_kept_and_told_of_once_and_does_not_come_again(shipments: Shipments) -> None:
    """S4.3."""
    bad, good = shipments.event("LOST"), shipments.event("CREATED")
    shipments.put(bad, bad, good, bad)
    shipments.with_history(1)
    (alert,) = eventually(shipments.alerts)
    assert alert["alert"] == "event rejected"
    assert alert["event_id"] == bad["event_id"]
    assert "location" not in alert
    row = eventually(
        lambda: found if "alerted_at" in (found := shipments.rejection(alert["rejection_id"])) else None
    )
    assert row is not None
    assert bad["event_id"] in row["content"]["S"]
    shipments.put(bad)
    eventually(lambda: waiting(shipments, "QueueUrl") == 0)
    assert shipments.alerts() == []
    assert waiting(shipments, "FailedEventsUrl") == 0


def test_an_exception_tells_people_once(shipments: Shipments) -> None:
    event = shipments.event("EXCEPTION")
    shipments.put(event, event)
    (alert,) = eventually(shipments.alerts)
    assert (alert["alert"], alert["event_id"]) == (f"EXCEPTION of {shipments.id}", event["event_id"])
    shipments.put(event)
    eventually(lambda: waiting(shipments, "QueueUrl") == 0)
    assert shipments.alerts() == []


def test_events_of_another_source_are_not_taken(shipments: Shipments) -> None:
    shipments.put(shipments.event("CREATED", event_id="stranger"), source="com.example.strangers")
    shipments.put(shipments.event("PICKED_UP"))
    found = shipments.with_history(1)
    assert found["shipment"]["status"] == "PICKED_UP"


def test_what_fails_each_time_is_told_of_once_and_ends_in_the_failure_queue(shipments: Shipments) -> None:
    """S4.3: the table refuses; five receives later somebody is told, and the message is kept."""
    iam, role = shipments.deployed.client("iam"), "dev-us-west-2-shipments-processor-role"
    statement = {"Effect": "Deny", "Action": "dynamodb:*", "Resource": "*"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    sqs, queue = shipments.deployed.client("sqs"), shipments.outputs["QueueUrl"]
    visibility = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["VisibilityTimeout"])["Attributes"]
    event = shipments.event("CREATED")
    iam.put_role_policy(RoleName=role, PolicyName="broken", PolicyDocument=document)
    sqs.set_queue_attributes(QueueUrl=queue, Attributes={"VisibilityTimeout": "1"})
    inbox = Shipments(shipments.deployed, "given up", shipments.inbox)
    try:
        shipments.put(event)
        (alert,) = eventually(inbox.alerts)
        eventually(lambda: waiting(shipments, "FailedEventsUrl") == 1)
    finally:
        iam.delete_role_policy(RoleName=role, PolicyName="broken")
        sqs.set_queue_attributes(QueueUrl=queue, Attributes=visibility)
    assert alert["alert"] == "event given up"
    assert alert["receives"] == 5
    assert alert["error"] == "ClientError"
    assert inbox.alerts() == []
    (kept,) = sqs.receive_message(QueueUrl=shipments.outputs["FailedEventsUrl"])["Messages"]
    assert json.loads(kept["Body"])["detail"] == event
    sqs.delete_message(QueueUrl=shipments.outputs["FailedEventsUrl"], ReceiptHandle=kept["ReceiptHandle"])
    sqs.send_message(QueueUrl=queue, MessageBody=kept["Body"])
    assert shipments.with_history(1)["shipment"]["event_id"] == event["event_id"]


def waiting(shipments: Shipments, output: str) -> int:
    """Messages in a queue, in work or not."""
    names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
    found = shipments.deployed.client("sqs").get_queue_attributes(
        QueueUrl=shipments.outputs[output], AttributeNames=names
    )["Attributes"]
    return sum(int(found[name]) for name in names)


def test_without_a_signature_only_health_and_preflight_are_answered(shipments: Shipments) -> None:
    anyone = shipments.deployed.anyone
    assert anyone.call("GET", "/health").json == {"status": "ok"}
    preflight = anyone.call("OPTIONS", "/shipments", headers={"Origin": "https://example.com"})
    assert preflight.headers["access-control-allow-methods"] == "GET"
    for path in ("/shipments?status=CREATED", f"/shipments/{shipments.id}"):
        assert anyone.call("GET", path).status == 403


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/shipments", 400),
        ("/shipments?status=LOST", 400),
        ("/shipments?status=CREATED&from=yesterday", 400),
        ("/shipments?status=CREATED&view=current&from=2026-01-01T00:00:00Z", 400),
        ("/shipments?status=CREATED&next_token=abc.def", 400),
        ("/shipments/nobody-reported-it", 404),
        ("/shipments/%20", 400),
    ],
)
def test_each_refusal_has_its_status(shipments: Shipments, path: str, status: int) -> None:
    answer = shipments.deployed.api.call("GET", path)
    assert answer.status == status, answer.content
    assert answer.headers["content-type"] == "application/problem+json"
