"""The items table: key reads, an index query and conditional writes. Never a scan."""

from collections.abc import Mapping
from typing import Any

from handlers.common.clock import Clock, epoch
from handlers.common.dynamodb import Typed
from handlers.common.idempotency import Earlier, Record
from handlers.common.table import (
    IS_NEW,
    Page,
    create_once,
    delete,
    find_earlier,
    is_version,
    put,
    read_page,
    transact,
)
from handlers.items.keys import KEY_PREFIX, SORT_KEY, key
from handlers.items.model import Item, from_row

# How many rows a query with a filter reads at a time.
FILTERED_PAGE = 100
_LIVE = "(attribute_not_exists(#ttl) OR #ttl > :now)"


class ItemStore:
    """The items of all owners. Errors of DynamoDB are raised as they are, but for the outcomes named here."""

    def __init__(self, client: Any, *, table: str, owner_index: str, clock: Clock) -> None:
        self._client = client
        self._table = table
        self._owner_index = owner_index
        self._clock = clock

    def get(self, item_id: str, *, owner: str) -> Item | None:
        """Return the item as last written, or None: absent, expired or somebody else's."""
        found = self._client.get_item(TableName=self._table, Key=key(item_id), ConsistentRead=True)
        item = from_row(found["Item"]) if "Item" in found else None
        return item if item and item.owner == owner and not item.is_expired(self._clock()) else None

    def create(self, item: Item, record: Record) -> Earlier | None:
        """Write the item and the idempotency record, both or neither.

        Returns what an earlier request with the same key was answered, if there was one.
        """
        writes = [put(self._table, item.to_row(), IS_NEW)]
        return create_once(self._client, self._table, writes, record, clock=self._clock)

    def earlier(self, *, principal: str, key: str) -> Earlier | None:
        """Return what an earlier request with the same key was answered within the last day."""
        return find_earlier(self._client, self._table, principal=principal, key=key, clock=self._clock)

    def replace(self, item: Item, *, read_version: int) -> bool:
        """Write the item if the table still holds the version that was read; tell whether it did."""
        return not transact(self._client, [put(self._table, item.to_row(), is_version(read_version))])

    def delete(self, item_id: str, *, read_version: int) -> bool:
        """Delete the item if the table still holds the version that was read; tell whether it did."""
        return not transact(self._client, [delete(self._table, key(item_id), is_version(read_version))])

    def page(self, *, owner: str, status: str | None, limit: int, position: Mapping[str, str] | None) -> Page:
        """Return the next rows of an owner, newest first, from an index that follows the table shortly."""
        return read_page(
            lambda start: self._query(owner=owner, status=status, limit=limit, start=start),
            limit=limit,
            position=position,
            position_of=_position,
        )

    def ping(self) -> None:
        """Read a key that is never written: raises if the table cannot be read."""
        self._client.get_item(TableName=self._table, Key={"pk": {"S": "HEALTH"}, "sk": {"S": SORT_KEY}})

    def _query(
        self, *, owner: str, status: str | None, limit: int, start: Mapping[str, str] | None
    ) -> dict[str, Any]:
        names = {"#owner": "owner", "#ttl": "ttl"}
        values = {":owner": {"S": owner}, ":now": {"N": str(epoch(self._clock()))}}
        filters = [_LIVE]
        if status is not None:
            names["#status"] = "status"
            values[":status"] = {"S": status}
            filters.append("#status = :status")
        after = {} if start is None else {"ExclusiveStartKey": _start_key(owner, start)}
        answer: dict[str, Any] = self._client.query(
            TableName=self._table,
            IndexName=self._owner_index,
            KeyConditionExpression="#owner = :owner",
            FilterExpression=" AND ".join(filters),
            ExpressionAttributeNames=names,
            ExpressionAttributeValues=values,
            ScanIndexForward=False,
            Limit=limit if status is None else FILTERED_PAGE,
            **after,
        )
        return answer


def _start_key(owner: str, position: Mapping[str, str]) -> Typed:
    return {
        **key(position["id"]),
        "owner": {"S": owner},
        "created_at": {"S": position["created_at"]},
    }


def _position(row: Typed) -> Mapping[str, str]:
    return {"id": row["pk"]["S"].removeprefix(KEY_PREFIX), "created_at": row["created_at"]["S"]}
