"""Records of an item's stream, and what became of them."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import Any

from handlers.items.audit import AuditTrail
from handlers.items.stream import process
from tests.handlers.items_support import AUDIT_TABLE, AwsClients, FixedClock

_numbers = itertools.count(1)


class Stream:
    """Makes records of one item of an owner nobody else has, and reads what became of them."""

    def __init__(self, aws: AwsClients) -> None:
        self.aws = aws
        self.number = next(_numbers)
        self.owner = f"owner-{self.number}"
        self.pk = f"ITEM#stream-{self.number}"
        self.counted: dict[str, int] = {}
        self.slept: list[float] = []

    def image(self, **changes: dict[str, Any]) -> dict[str, Any]:
        return {
            "pk": {"S": self.pk},
            "sk": {"S": "META"},
            "owner": {"S": self.owner},
            "status": {"S": "ACTIVE"},
            "version": {"N": "1"},
            "name": {"S": "Secret name"},
            "attributes": {"M": {"colour": {"S": "green"}}},
            "created_at": {"S": "2026-01-31T12:00:00.000000Z"},
            "updated_at": {"S": "2026-01-31T12:00:00.000000Z"},
            **changes,
        }

    def record(
        self, event: str, *, old: dict[str, Any] | None = None, new: dict[str, Any] | None = None, **more: Any
    ) -> dict[str, Any]:
        part = {
            "Keys": {"pk": {"S": self.pk}, "sk": {"S": "META"}},
            "SequenceNumber": str(self.number * 1000 + next(_numbers)),
            "ApproximateCreationDateTime": 1_770_000_000,
            "StreamViewType": "NEW_AND_OLD_IMAGES",
        }
        images = {name: image for name, image in (("OldImage", old), ("NewImage", new)) if image is not None}
        return {"eventID": "e", "eventName": event, "dynamodb": {**part, **images}, **more}

    def trail(self, client: Any = None) -> AuditTrail:
        return AuditTrail(
            client or self.aws.dynamodb, table=AUDIT_TABLE, clock=FixedClock(), sleep=self.slept.append
        )

    def send(self, *records: dict[str, Any], client: Any = None) -> Sequence[str]:
        answer = process(records, self.trail(client), count=self.counted.__setitem__)
        return [failure["itemIdentifier"] for failure in answer["batchItemFailures"]]

    def rows(self, pk: str | None = None) -> list[dict[str, Any]]:
        found = self.aws.dynamodb.query(
            TableName=AUDIT_TABLE,
            KeyConditionExpression="pk = :pk",
            ExpressionAttributeValues={":pk": {"S": pk or self.pk}},
        )
        rows: list[dict[str, Any]] = found["Items"]
        return rows

    def counters(self, owner: str | None = None) -> dict[str, str]:
        rows = self.rows(f"STATS#{owner or self.owner}")
        return {
            name: value["N"]
            for row in rows
            for name, value in row.items()
            if "N" in value and value["N"] != "0"
        }


class FailsAt:
    """A client whose nth transaction fails."""

    def __init__(self, client: Any, *, nth: int, error: Exception, times: int = 1) -> None:
        self._client = client
        self._failing = range(nth, nth + times)
        self._error = error
        self.calls = 0

    def transact_write_items(self, **arguments: Any) -> Any:
        self.calls += 1
        if self.calls in self._failing:
            raise self._error
        return self._client.transact_write_items(**arguments)


def sequence_of(record: dict[str, Any]) -> str:
    return str(record["dynamodb"]["SequenceNumber"])
