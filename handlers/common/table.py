"""What the tables of all APIs share: keys `pk` and `sk`, pages of a query, writes that happen once."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

from handlers.common.clock import Clock, epoch
from handlers.common.dynamodb import Typed, cancellation_codes
from handlers.common.idempotency import Earlier, Record, earlier_from, record_key
from handlers.common.problems import Problem, collided

# A filter drops rows after they were read: read on for a full page, but not without end.
MAX_QUERIES = 5
REFUSED = "ConditionalCheckFailed"


@dataclass(frozen=True, kw_only=True)
class Page:
    """Rows, and the position after them; None at the end of the list."""

    rows: tuple[Typed, ...]
    position: Mapping[str, str] | None


def read_page(
    query: Callable[[Mapping[str, str] | None], Mapping[str, Any]],
    *,
    limit: int,
    position: Mapping[str, str] | None,
    position_of: Callable[[Typed], Mapping[str, str]],
) -> Page:
    """Return the next rows of a query.

    query: one Query call that begins after a position. position_of: the position of a row, or of its key.
    """
    rows: list[Typed] = []
    for _ in range(MAX_QUERIES):
        answer = query(position)
        rows += answer["Items"]
        last = answer.get("LastEvaluatedKey")
        position = position_of(last) if last else None
        if len(rows) >= limit or position is None:
            break
    if len(rows) > limit:
        rows = rows[:limit]
        position = position_of(rows[-1])
    return Page(rows=tuple(rows), position=position)


def transact(client: Any, actions: Sequence[Mapping[str, Any]]) -> tuple[str, ...]:
    """Write all or nothing; return () when it was written.

    When a condition did not hold, return the code of each action: REFUSED, `None` (the text) or another.
    All else is raised. botocore gives the transaction a ClientRequestToken and keeps it when it tries again,
    so a write whose answer was lost is recognised, and not judged by conditions that it has changed itself
    (DynamoDB API reference, "TransactWriteItems"). That is why a single write is a transaction too.
    """
    try:
        client.transact_write_items(TransactItems=list(actions))
    except ClientError as error:
        codes = cancellation_codes(error)
        if REFUSED not in codes:
            raise
        return codes
    return ()


def is_version(version: int) -> dict[str, Any]:
    """Return the condition that a row still has the version that was read."""
    return {
        "ConditionExpression": "#version = :read",
        "ExpressionAttributeNames": {"#version": "version"},
        "ExpressionAttributeValues": {":read": {"N": str(version)}},
    }


def put(table: str, row: Typed, condition: Mapping[str, Any]) -> dict[str, Any]:
    """Return the action that writes a row under a condition."""
    return {"Put": {"TableName": table, "Item": row, **condition}}


def delete(table: str, key: Typed, condition: Mapping[str, Any]) -> dict[str, Any]:
    """Return the action that deletes a row under a condition."""
    return {"Delete": {"TableName": table, "Key": key, **condition}}


IS_NEW: Mapping[str, Any] = {"ConditionExpression": "attribute_not_exists(pk)"}


def create_once(
    client: Any,
    table: str,
    actions: Sequence[Mapping[str, Any]],
    record: Record,
    *,
    clock: Clock,
    refusal: Callable[[tuple[str, ...]], Problem] = lambda _codes: collided(),
) -> Earlier | None:
    """Write the actions and the idempotency record, all or nothing.

    Returns what an earlier request with the same key was answered, if there was one.

    Raises:
        Problem: an action was refused; `refusal` makes it of the code of each, see `transact`.
    """
    unused = {
        "ConditionExpression": "attribute_not_exists(pk) OR #ttl <= :now",
        "ExpressionAttributeNames": {"#ttl": "ttl"},
        "ExpressionAttributeValues": {":now": {"N": str(epoch(clock()))}},
    }
    codes = transact(client, [*actions, put(table, record.to_row(), unused)])
    if not codes:
        return None
    if codes[-1] != REFUSED:
        raise refusal(codes)
    earlier = find_earlier(client, table, principal=record.principal, key=record.key, clock=clock)
    if earlier is None:
        raise collided()
    return earlier


def find_earlier(client: Any, table: str, *, principal: str, key: str, clock: Clock) -> Earlier | None:
    """Return what an earlier request with the same key was answered within the last day."""
    found = client.get_item(TableName=table, Key=record_key(principal, key), ConsistentRead=True)
    earlier = earlier_from(found["Item"]) if "Item" in found else None
    return earlier if earlier and earlier.expires > epoch(clock()) else None
