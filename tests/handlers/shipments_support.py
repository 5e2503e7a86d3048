"""A queue that redelivers, tables of the embedded AWS and a topic that remembers, around the processor."""

from __future__ import annotations

import itertools
import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from handlers.common.api import Api
from handlers.shipments.api import make_api
from handlers.shipments.processor import Processor, make_processor
from tests.handlers import contract_support
from tests.handlers.contract_support import Answer, contract_of, proxy_event
from tests.handlers.items_support import AwsClients, FixedClock

TABLE, REJECTIONS, SECRET = "shipments", "shipment-rejections", "shipments-token-key"
STATUS_INDEX, DAY_INDEX = "StatusIndex", "DayIndex"
TOPIC = "arn:aws:sns:us-west-2:123456789012:alerts"
CONTRACT = contract_of("shipments")
MAX_RECEIVES = 5
VISIBILITY_S = 360
PROCESSOR_ENVIRONMENT = {
    "ENVIRONMENT": "dev",
    "MAX_RECEIVES": str(MAX_RECEIVES),
    "REJECTIONS_TABLE_NAME": REJECTIONS,
    "TABLE_NAME": TABLE,
    "TOPIC_ARN": TOPIC,
}
API_ENVIRONMENT = {
    "ALLOWED_ORIGINS": "https://example.com",
    "STATUS_INDEX": STATUS_INDEX,
    "TABLE_NAME": TABLE,
    "TOKEN_SECRET_NAME": SECRET,
}
_numbers = itertools.count(1)

Row = dict[str, Any]


@dataclass
class Topic:
    """A topic that remembers what was published, and holds it against SNS's rules."""

    alerts: list[dict[str, Any]] = field(default_factory=list)

    def publish(self, **sent: Any) -> dict[str, str]:
        assert sent["TopicArn"] == TOPIC
        assert sent["Subject"].isascii()
        assert sent["Subject"].isprintable()
        assert len(sent["Subject"]) <= 100
        self.alerts.append(json.loads(sent["Message"]))
        return {"MessageId": "m"}

    @property
    def titles(self) -> list[str]:
        return [alert["alert"] for alert in self.alerts]


@dataclass
class Invocation:
    """Lambda's context."""

    left_ms: int = 60_000
    aws_request_id: str = field(default_factory=lambda: f"request-{next(_numbers)}")

    def get_remaining_time_in_millis(self) -> int:
        return self.left_ms


class ShipmentsWorld:
    """A processor and an API over tables, and a shipment nobody else has."""

    def __init__(self, aws: AwsClients) -> None:
        self.aws = aws
        self.clock = FixedClock()
        self.topic = Topic()
        self.counted: Counter[str] = Counter()
        self.shipment = f"SHP-{next(_numbers)}"
        self.caller = f"arn:aws:iam::123456789012:user/shipper-{next(_numbers)}"

    def processor(self, *, dynamodb: Any = None, sns: Any = None) -> Processor:
        return make_processor(
            PROCESSOR_ENVIRONMENT,
            dynamodb=dynamodb or self.aws.dynamodb,
            sns=sns or self.topic,
            clock=self.clock,
            count=self.count,
        )

    def count(self, name: str, value: int) -> None:
        self.counted[name] += value

    def event(self, status: str = "IN_TRANSIT", **changes: Any) -> dict[str, Any]:
        """The detail of a sound event."""
        return {
            "event_id": f"evt-{next(_numbers)}",
            "shipment_id": self.shipment,
            "status": status,
            "occurred_at": "2026-01-31T12:00:00Z",
            "carrier": "ACME Parcels",
            "location": "Hamburg, DE",
            **changes,
        }

    def send(
        self,
        *messages: dict[str, Any],
        processor: Processor | None = None,
        invocation: Invocation | None = None,
    ) -> list[str]:
        """Hand a batch to the processor; the ids of the messages that have to come again."""
        answer = (processor or self.processor()).process(
            {"Records": list(messages)}, invocation or Invocation()
        )
        return [failure["itemIdentifier"] for failure in answer["batchItemFailures"]]

    def rows(self, shipment_id: str | None = None) -> list[Row]:
        found = self.aws.dynamodb.query(
            TableName=TABLE,
            KeyConditionExpression="shipment_id = :id",
            ExpressionAttributeValues={":id": {"S": shipment_id or self.shipment}},
        )
        rows: list[Row] = found["Items"]
        return rows

    def history(self, shipment_id: str | None = None) -> list[Row]:
        return [row for row in self.rows(shipment_id) if row["timestamp"]["S"] != "LATEST"]

    def latest(self, shipment_id: str | None = None) -> Row | None:
        return next((row for row in self.rows(shipment_id) if row["timestamp"]["S"] == "LATEST"), None)

    def rejection(self, rejection_id: str) -> Row:
        key = {"pk": {"S": f"REJECTION#{rejection_id}"}, "sk": {"S": "META"}}
        row: Row = self.aws.dynamodb.get_item(TableName=REJECTIONS, Key=key)["Item"]
        return row

    def rejections(self) -> list[Row]:
        """Everything that was rejected about the shipment, or on a day of its own."""
        found: list[Row] = self.aws.dynamodb.scan(TableName=REJECTIONS)["Items"]
        return [row for row in found if self.shipment in row["content"]["S"]]

    def api(self, *, dynamodb: Any = None, secrets: Any = None) -> Api:
        return make_api(
            API_ENVIRONMENT,
            dynamodb=dynamodb or self.aws.dynamodb,
            secrets=secrets or self.aws.secrets,
            clock=self.clock,
        )

    def get(self, path: str, *, api: Api | None = None, shipment_id: str = "", **more: Any) -> Answer:
        event = proxy_event(
            more.pop("method", "GET"),
            path,
            path_parameters={"id": shipment_id} if shipment_id else {},
            caller=more.pop("caller", self.caller),
            **more,
        )
        return contract_support.checked(
            CONTRACT, event, (api or self.api()).answer(event, request_id="lambda-1")
        )


def wrapped(detail: Any) -> str:
    """The message that EventBridge makes of an event."""
    envelope = {
        "version": "0",
        "id": f"eb-{next(_numbers)}",
        "detail-type": "Shipment status changed",
        "source": "com.example.carriers",
        "account": "123456789012",
        "time": "2026-01-31T12:00:01Z",
        "region": "us-west-2",
        "resources": [],
        "detail": detail,
    }
    return json.dumps(envelope)


def message(body: str, *, receives: int | str = 1, message_id: str = "") -> dict[str, Any]:
    """A message as Lambda takes it out of a queue."""
    return {
        "messageId": message_id or f"msg-{next(_numbers)}",
        "receiptHandle": "handle",
        "body": body,
        "attributes": {
            "ApproximateReceiveCount": str(receives),
            "SentTimestamp": "1769860801000",
            "SenderId": "events.amazonaws.com",
            "ApproximateFirstReceiveTimestamp": "1769860801001",
        },
        "messageAttributes": {},
        "md5OfBody": "",
        "eventSource": "aws:sqs",
        "eventSourceARN": "arn:aws:sqs:us-west-2:123456789012:events",
        "awsRegion": "us-west-2",
    }


def create_tables(dynamodb: Any) -> None:
    """The tables, as the template has them."""
    for table, keys, index, index_keys in (
        (TABLE, ("shipment_id", "timestamp"), STATUS_INDEX, ("status", "timestamp")),
        (REJECTIONS, ("pk", "sk"), DAY_INDEX, ("day", "rejected_at")),
    ):
        dynamodb.create_table(
            TableName=table,
            KeySchema=_schema(keys),
            AttributeDefinitions=[
                {"AttributeName": name, "AttributeType": "S"} for name in sorted({*keys, *index_keys})
            ],
            BillingMode="PAY_PER_REQUEST",
            GlobalSecondaryIndexes=[
                {
                    "IndexName": index,
                    "KeySchema": _schema(index_keys),
                    "Projection": {"ProjectionType": "ALL"},
                }
            ],
        )


def _schema(keys: tuple[str, str]) -> list[Mapping[str, str]]:
    partition, sort = keys
    return [
        {"AttributeName": partition, "KeyType": "HASH"},
        {"AttributeName": sort, "KeyType": "RANGE"},
    ]
