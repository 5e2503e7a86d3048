"""The table of shipments, as events fill it: a row for each event, and one for the latest state.

An event's row is put once and only marked later, the latest state moves forward only. So an event may come
twice, late, or again after half of its work was done, and the tables end up the same.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

from handlers.common.clock import Clock, timestamp
from handlers.common.dynamodb import Typed, error_codes, to_typed
from handlers.shipments.event import ShipmentEvent

# Sorts after every time. Its rows are in the status index too: all shipments that have a status now.
LATEST = "LATEST"


@dataclass(frozen=True, kw_only=True)
class Row:
    """Where a row is."""

    table: str
    key: Typed


class ShipmentTable:
    """Puts and updates; it reads nothing."""

    def __init__(self, client: Any, *, table: str, clock: Clock) -> None:
        self._client = client
        self._table = table
        self._clock = clock

    def record(self, event: ShipmentEvent) -> bool:
        """Write the row of an event; return False if it was there."""
        row = {**self.row_of(event).key, **_state(event), "recorded_at": {"S": timestamp(self._clock())}}
        return put_new(self._client, self._table, row, key="shipment_id")

    def row_of(self, event: ShipmentEvent) -> Row:
        """Return where the row of an event is."""
        key = {"shipment_id": {"S": event.shipment_id}, "timestamp": {"S": event.position}}
        return Row(table=self._table, key=key)

    def advance(self, event: ShipmentEvent) -> None:
        """Make the event the latest state of its shipment, unless a newer one is."""
        state = {**_state(event), "position": {"S": event.position}}
        names = sorted(state)
        update(
            self._client,
            TableName=self._table,
            Key={"shipment_id": {"S": event.shipment_id}, "timestamp": {"S": LATEST}},
            UpdateExpression="SET " + ", ".join(f"#{name} = :{name}" for name in names),
            ConditionExpression="attribute_not_exists(#position) OR #position < :position",
            ExpressionAttributeNames={f"#{name}": name for name in names},
            ExpressionAttributeValues={f":{name}": state[name] for name in names},
        )


def put_new(client: Any, table: str, row: Typed, *, key: str) -> bool:
    """Put a row if it is new; tell whether it was. key: the name of the partition key."""
    try:
        client.put_item(TableName=table, Item=row, ConditionExpression=f"attribute_not_exists({key})")
    except ClientError as error:
        if not _is_refused(error):
            raise
        return False
    return True


def update(client: Any, **arguments: Any) -> bool:
    """Update a row under a condition; tell whether it held."""
    try:
        client.update_item(**arguments)
    except ClientError as error:
        if not _is_refused(error):
            raise
        return False
    return True


def _state(event: ShipmentEvent) -> Mapping[str, Typed]:
    return {
        "status": to_typed(event.status),
        "occurred_at": to_typed(event.occurred_at),
        "event_id": to_typed(event.event_id),
        "carrier": to_typed(event.carrier),
        "location": to_typed(event.location),
    }


def _is_refused(error: ClientError) -> bool:
    return "ConditionalCheckFailedException" in error_codes(error)
