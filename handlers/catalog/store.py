"""The products table: key reads, index queries and conditional writes. Never a scan."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from handlers.catalog.model import KEY_PREFIX, LISTING, SORT_KEY, Product, from_row, key
from handlers.common.clock import Clock
from handlers.common.dynamodb import Typed
from handlers.common.idempotency import Earlier, Record
from handlers.common.problems import Problem
from handlers.common.table import IS_NEW, Page, create_once, delete, is_version, put, transact


@dataclass(frozen=True, kw_only=True)
class Names:
    """Physical names of the table and of its indexes: of one category's products, and of all."""

    table: str
    category_index: str
    listing_index: str


class ProductStore:
    """All products. Errors of DynamoDB are raised as they are, but for the outcomes named here.

    No request makes more than two calls to the table.
    """

    def __init__(self, client: Any, names: Names, *, clock: Clock) -> None:
        self._client = client
        self._names = names
        self._clock = clock

    def get(self, sku: str) -> Product | None:
        """Return the product as last written: what the gateway caches is no older than the read."""
        found = self._client.get_item(TableName=self._names.table, Key=key(sku), ConsistentRead=True)
        return from_row(found["Item"]) if "Item" in found else None

    def create(self, product: Product, record: Record) -> Earlier | None:
        """Write the product and the idempotency record, both or neither.

        Returns what an earlier request with the same key was answered, if there was one.

        Raises:
            Problem: 409, there is a product with this SKU.
        """
        table = self._names.table
        writes = [put(table, product.to_row(), IS_NEW)]
        return create_once(self._client, table, writes, record, clock=self._clock, refusal=_taken)

    def replace(self, product: Product, *, read_version: int) -> bool:
        """Write the product if the table still holds the version that was read; tell whether it did."""
        return not transact(
            self._client, [put(self._names.table, product.to_row(), is_version(read_version))]
        )

    def delete(self, sku: str, *, read_version: int) -> bool:
        """Delete the product if the table still holds the version that was read; tell whether it did."""
        return not transact(self._client, [delete(self._names.table, key(sku), is_version(read_version))])

    def page(self, *, category: str | None, limit: int, position: Mapping[str, str] | None) -> Page:
        """Return the next products by SKU, from an index that follows the table shortly.

        One query is enough: nothing is filtered, and a hundred products stay below its limit of 1 MB.
        """
        index, attribute, value = (
            (self._names.listing_index, "listing", LISTING)
            if category is None
            else (self._names.category_index, "category", category)
        )
        start = {} if position is None else {"ExclusiveStartKey": _start_key(attribute, value, position)}
        answer: dict[str, Any] = self._client.query(
            TableName=self._names.table,
            IndexName=index,
            KeyConditionExpression="#attribute = :value",
            ExpressionAttributeNames={"#attribute": attribute},
            ExpressionAttributeValues={":value": {"S": value}},
            Limit=limit,
            **start,
        )
        last = answer.get("LastEvaluatedKey")
        return Page(rows=tuple(answer["Items"]), position=_position(last) if last else None)

    def ping(self) -> None:
        """Read a key that is never written: raises if the table cannot be read."""
        self._client.get_item(TableName=self._names.table, Key={"pk": {"S": "HEALTH"}, "sk": {"S": SORT_KEY}})


def _taken(_: tuple[str, ...]) -> Problem:
    return Problem(409, "already-exists", "There is a product with this SKU.")


def _start_key(attribute: str, value: str, position: Mapping[str, str]) -> Typed:
    return {**key(position["sku"]), "sku": {"S": position["sku"]}, attribute: {"S": value}}


def _position(last: Typed) -> Mapping[str, str]:
    return {"sku": last["pk"]["S"].removeprefix(KEY_PREFIX)}
