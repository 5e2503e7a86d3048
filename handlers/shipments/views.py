"""The table of shipments, as callers see it: key reads and queries. Never a scan."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from handlers.common.dynamodb import Typed, from_typed
from handlers.common.table import Page, read_page
from handlers.shipments.event import ShipmentEvent
from handlers.shipments.store import LATEST

_FIELDS = tuple(ShipmentEvent.__dataclass_fields__)
# Before and after every time, and both before LATEST.
_FIRST, _LAST = "0", "9"


@dataclass(frozen=True, kw_only=True)
class Period:
    """From a time (a `clock.timestamp`) until before another; None is without end."""

    start: str | None = None
    end: str | None = None


class ShipmentViews:
    """What the table and its index on statuses tell. Errors of DynamoDB are raised as they are."""

    def __init__(self, client: Any, *, table: str, status_index: str) -> None:
        self._client = client
        self._table = table
        self._status_index = status_index

    def latest(self, shipment_id: str) -> Typed | None:
        """Return the latest state of a shipment, or None if nothing is known of it."""
        key = {"shipment_id": {"S": shipment_id}, "timestamp": {"S": LATEST}}
        row: Typed | None = self._client.get_item(TableName=self._table, Key=key, ConsistentRead=True).get(
            "Item"
        )
        return row

    def history(self, shipment_id: str, *, limit: int, position: Mapping[str, str] | None) -> Page:
        """Return the next events of a shipment, newest first."""
        query = {
            "ConsistentRead": True,
            "KeyConditionExpression": "shipment_id = :id AND #timestamp < :latest",
            "ExpressionAttributeNames": {"#timestamp": "timestamp"},
            "ExpressionAttributeValues": {":id": {"S": shipment_id}, ":latest": {"S": LATEST}},
        }
        return self._page(query, {}, limit=limit, position=position)

    def reached(self, status: str, period: Period, *, limit: int, position: Mapping[str, str] | None) -> Page:
        """Return the next events that gave a shipment the status in a period, newest first."""
        between = {":start": {"S": period.start or _FIRST}, ":end": {"S": period.end or _LAST}}
        # An event's sort value goes on after its time, so it is greater than the time alone: the end is open.
        condition = "#status = :status AND #timestamp BETWEEN :start AND :end"
        return self._by_status(status, condition, between, limit=limit, position=position)

    def current(self, status: str, *, limit: int, position: Mapping[str, str] | None) -> Page:
        """Return the next latest states that have the status."""
        condition = "#status = :status AND #timestamp = :latest"
        return self._by_status(status, condition, {":latest": {"S": LATEST}}, limit=limit, position=position)

    def ping(self) -> None:
        """Read a key that is never written: raises if the table cannot be read."""
        self.latest("HEALTH#")

    def _by_status(
        self,
        status: str,
        condition: str,
        values: Mapping[str, Typed],
        *,
        limit: int,
        position: Mapping[str, str] | None,
    ) -> Page:
        query = {
            "IndexName": self._status_index,
            "KeyConditionExpression": condition,
            "ExpressionAttributeNames": {"#status": "status", "#timestamp": "timestamp"},
            "ExpressionAttributeValues": {":status": {"S": status}, **values},
        }
        return self._page(query, {"status": {"S": status}}, limit=limit, position=position)

    def _page(
        self,
        query: Mapping[str, Any],
        index_key: Typed,
        *,
        limit: int,
        position: Mapping[str, str] | None,
    ) -> Page:
        """One page of a query; what the index adds to a start key is ``index_key``."""

        def ask(after: Mapping[str, str] | None) -> Mapping[str, Any]:
            start = {name: {"S": value} for name, value in (after or {}).items()}
            more = {"ExclusiveStartKey": {**index_key, **start}} if start else {}
            answer: Mapping[str, Any] = self._client.query(
                TableName=self._table, Limit=limit, ScanIndexForward=False, **query, **more
            )
            return answer

        return read_page(ask, limit=limit, position=position, position_of=_position)


def state_in(row: Typed) -> dict[str, Any]:
    """Return what callers see of a row: the six members of an event."""
    return {name: from_typed(row[name]) for name in _FIELDS}


def _position(row: Typed) -> dict[str, str]:
    return {"shipment_id": row["shipment_id"]["S"], "timestamp": row["timestamp"]["S"]}
