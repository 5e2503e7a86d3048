"""The items table: key reads, an index query and conditional writes. Never a scan."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from botocore.exceptions import ClientError

from handlers.common.clock import Clock, epoch
from handlers.common.dynamodb import Typed, cancellation_codes
from handlers.items.idempotency import Earlier, Record, earlier_from, record_key
from handlers.items.keys import KEY_PREFIX, SORT_KEY, key
from handlers.items.model import Item, from_row

# A filter drops items after they were read: read on for a full page, but not without end.
FILTERED_PAGE = 100
MAX_QUERIES = 5
_LIVE = "(attribute_not_exists(#ttl) OR #ttl > :now)"


@dataclass(frozen=True, kw_only=True)
class Page:
    """Items, and the position after them; None at the end of the list."""

    items: tuple[Item, ...]
    position: Mapping[str, str] | None


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
        return self._visible(found.get("Item"), owner=owner, now=self._clock())

    def create(self, item: Item, record: Record) -> Earlier | None:
        """Write the item and the idempotency record, both or neither.

        Returns what an earlier request with the same key was answered, if there was one.
        """
        now = epoch(self._clock())
        try:
            self._client.transact_write_items(
                TransactItems=[
                    {
                        "Put": {
                            "TableName": self._table,
                            "Item": item.to_row(),
                            "ConditionExpression": "attribute_not_exists(pk)",
                        }
                    },
                    {
                        "Put": {
                            "TableName": self._table,
                            "Item": record.to_row(),
                            "ConditionExpression": "attribute_not_exists(pk) OR #ttl <= :now",
                            "ExpressionAttributeNames": {"#ttl": "ttl"},
                            "ExpressionAttributeValues": {":now": {"N": str(now)}},
                        }
                    },
                ]
            )
        except ClientError as error:
            if cancellation_codes(error)[1:] != ("ConditionalCheckFailed",):
                raise
            earlier = self.earlier(principal=record.principal, key=record.key)
            if earlier is None:
                raise
            return earlier
        return None

    def earlier(self, *, principal: str, key: str) -> Earlier | None:
        """Return what an earlier request with the same key was answered within the last day."""
        found = self._client.get_item(
            TableName=self._table, Key=record_key(principal, key), ConsistentRead=True
        )
        earlier = earlier_from(found["Item"]) if "Item" in found else None
        return earlier if earlier and earlier.expires > epoch(self._clock()) else None

    def replace(self, item: Item, *, read_version: int) -> bool:
        """Write the item if the table still holds the version that was read; tell whether it did."""
        try:
            self._client.put_item(
                TableName=self._table,
                Item=item.to_row(),
                ConditionExpression="#version = :read",
                ExpressionAttributeNames={"#version": "version"},
                ExpressionAttributeValues={":read": {"N": str(read_version)}},
            )
        except ClientError as error:
            if not _is_condition_failure(error):
                raise
            return False
        return True

    def delete(self, item_id: str, *, read_version: int) -> bool:
        """Delete the item if the table still holds the version that was read; tell whether it did."""
        try:
            self._client.delete_item(
                TableName=self._table,
                Key=key(item_id),
                ConditionExpression="#version = :read",
                ExpressionAttributeNames={"#version": "version"},
                ExpressionAttributeValues={":read": {"N": str(read_version)}},
            )
        except ClientError as error:
            if not _is_condition_failure(error):
                raise
            return False
        return True

    def page(self, *, owner: str, status: str | None, limit: int, position: Mapping[str, str] | None) -> Page:
        """Return the next items of an owner, newest first, from an index that follows the table shortly."""
        items: list[Item] = []
        for _ in range(MAX_QUERIES):
            answer = self._query(owner=owner, status=status, limit=limit, position=position)
            items += [from_row(row) for row in answer["Items"]]
            position = _position(answer.get("LastEvaluatedKey"))
            if len(items) >= limit or position is None:
                break
        if len(items) > limit:
            items = items[:limit]
            position = {"id": items[-1].id, "created_at": items[-1].created_at}
        return Page(items=tuple(items), position=position)

    def ping(self) -> None:
        """Read a key that is never written: raises if the table cannot be read."""
        self._client.get_item(TableName=self._table, Key={"pk": {"S": "HEALTH"}, "sk": {"S": SORT_KEY}})

    def _query(
        self, *, owner: str, status: str | None, limit: int, position: Mapping[str, str] | None
    ) -> dict[str, Any]:
        names = {"#owner": "owner", "#ttl": "ttl"}
        values = {":owner": {"S": owner}, ":now": {"N": str(epoch(self._clock()))}}
        filters = [_LIVE]
        if status is not None:
            names["#status"] = "status"
            values[":status"] = {"S": status}
            filters.append("#status = :status")
        start = {} if position is None else {"ExclusiveStartKey": _start_key(owner, position)}
        answer: dict[str, Any] = self._client.query(
            TableName=self._table,
            IndexName=self._owner_index,
            KeyConditionExpression="#owner = :owner",
            FilterExpression=" AND ".join(filters),
            ExpressionAttributeNames=names,
            ExpressionAttributeValues=values,
            ScanIndexForward=False,
            Limit=limit if status is None else FILTERED_PAGE,
            **start,
        )
        return answer

    @staticmethod
    def _visible(row: Typed | None, *, owner: str, now: datetime) -> Item | None:
        item = from_row(row) if row else None
        return item if item and item.owner == owner and not item.is_expired(now) else None


def _is_condition_failure(error: ClientError) -> bool:
    return bool(error.response["Error"]["Code"] == "ConditionalCheckFailedException")


def _start_key(owner: str, position: Mapping[str, str]) -> Typed:
    return {
        **key(position["id"]),
        "owner": {"S": owner},
        "created_at": {"S": position["created_at"]},
    }


def _position(last: Typed | None) -> Mapping[str, str] | None:
    if not last:
        return None
    return {"id": last["pk"]["S"].removeprefix(KEY_PREFIX), "created_at": last["created_at"]["S"]}
