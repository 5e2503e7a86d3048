"""The users table: key reads, an index query and conditional transactions. Never a scan."""

from collections.abc import Mapping
from typing import Any

from handlers.common.clock import Clock
from handlers.common.dynamodb import Typed
from handlers.common.idempotency import Earlier, Record
from handlers.common.problems import Problem, collided
from handlers.common.table import (
    IS_NEW,
    REFUSED,
    Page,
    create_once,
    delete,
    is_version,
    put,
    read_page,
    transact,
)
from handlers.users.keys import KEY_PREFIX, PROFILE, guard_key, profile_key
from handlers.users.model import ACTIVE, User, from_row
from handlers.users.settings import ReadSettings


class UserStore:
    """All users. Errors of DynamoDB are raised as they are, but for the outcomes named here."""

    def __init__(self, client: Any, settings: ReadSettings, *, clock: Clock) -> None:
        self._client = client
        self._settings = settings
        self._clock = clock

    def get(self, user_id: str) -> User | None:
        """Return the user as last written, or None: absent or deleted."""
        row = self._get(profile_key(user_id))
        user = from_row(row) if row else None
        return user if user and user.is_active else None

    def find(self, email: str) -> User | None:
        """Return the user who has an address, by way of the row that keeps it unique."""
        guard = self._get(guard_key(email))
        user = self.get(guard["user_id"]["S"]) if guard else None
        # The address may have been changed between the two reads.
        return user if user and guard_key(user.email) == guard_key(email) else None

    def page(self, *, limit: int, position: Mapping[str, str] | None) -> Page:
        """Return the next rows of users, newest first, from an index that follows the table shortly."""
        return read_page(
            lambda start: self._query(limit=limit, start=start),
            limit=limit,
            position=position,
            position_of=_position,
        )

    def create(self, user: User, record: Record) -> Earlier | None:
        """Write the user, the guard of its address and the idempotency record, all or nothing.

        Returns what an earlier request with the same key was answered, if there was one.

        Raises:
            Problem: 409, another user has the address.
        """
        table = self._settings().table_name
        writes = [put(table, user.to_row(), IS_NEW), put(table, _guard(user), IS_NEW)]
        return create_once(
            self._client, table, writes, record, clock=self._clock, refusal=lambda codes: _taken(codes[1])
        )

    def replace(self, user: User, *, read: User) -> bool:
        """Write the user if the table still holds the version that was read; tell whether it did.

        Raises:
            Problem: 409, another user has the new address.
        """
        table = self._settings().table_name
        writes = [put(table, user.to_row(), is_version(read.version))]
        if guard_key(user.email) != guard_key(read.email):
            writes += [put(table, _guard(user), IS_NEW), self._release(read)]
        codes = transact(self._client, writes)
        if codes and codes[0] != REFUSED:
            raise _taken(codes[1])
        return not codes

    def delete(self, user: User, *, read: User) -> bool:
        """Write the deleted user and free its address, as `replace` does."""
        table = self._settings().table_name
        writes = [put(table, user.to_row(), is_version(read.version)), self._release(read)]
        codes = transact(self._client, writes)
        if codes and codes[0] != REFUSED:
            raise collided()
        return not codes

    def ping(self) -> None:
        """Read a key that is never written: raises if the table cannot be read."""
        self._get({"pk": {"S": "HEALTH"}, "sk": {"S": PROFILE}})

    def _get(self, key: Typed) -> Typed | None:
        answer = self._client.get_item(TableName=self._settings().table_name, Key=key, ConsistentRead=True)
        row: Typed | None = answer.get("Item")
        return row

    def _query(self, *, limit: int, start: Mapping[str, str] | None) -> dict[str, Any]:
        settings = self._settings()
        after = {} if start is None else {"ExclusiveStartKey": _start_key(start)}
        answer: dict[str, Any] = self._client.query(
            TableName=settings.table_name,
            IndexName=settings.status_index,
            KeyConditionExpression="#status = :active",
            ExpressionAttributeNames={"#status": "status"},
            ExpressionAttributeValues={":active": {"S": ACTIVE}},
            ScanIndexForward=False,
            Limit=limit,
            **after,
        )
        return answer

    def _release(self, user: User) -> dict[str, Any]:
        """Return the action that frees an address, if it is still this user's."""
        owned = {
            "ConditionExpression": "user_id = :user",
            "ExpressionAttributeValues": {":user": {"S": user.id}},
        }
        return delete(self._settings().table_name, guard_key(user.email), owned)


def _guard(user: User) -> Typed:
    return {**guard_key(user.email), "user_id": {"S": user.id}}


def _taken(code: str) -> Problem:
    """Why a transaction was refused, by the code of the action that writes the guard."""
    if code == REFUSED:
        return Problem(409, "email-taken", "Another user has this e-mail address.")
    return collided()


def _start_key(position: Mapping[str, str]) -> Typed:
    return {
        **profile_key(position["id"]),
        "status": {"S": ACTIVE},
        "created_at": {"S": position["created_at"]},
    }


def _position(row: Typed) -> Mapping[str, str]:
    return {"id": row["pk"]["S"].removeprefix(KEY_PREFIX), "created_at": row["created_at"]["S"]}
