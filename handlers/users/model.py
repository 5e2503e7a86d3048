"""A user: what callers see and what the table holds."""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import datetime, timedelta
from typing import Any

from handlers.common.clock import epoch, timestamp
from handlers.common.dynamodb import Typed, from_typed, to_typed
from handlers.users.keys import profile_key

ACTIVE, DELETED = "ACTIVE", "DELETED"
_INPUT = ("email", "locale", "name", "phone")
_HIDDEN = ("status", "ttl")


@dataclass(frozen=True, kw_only=True)
class User:
    """A user at one version. None is absent; times are `clock.timestamp` texts, ttl is in epoch seconds.

    repr shows no member: it would end up in an exception or a log one day.
    """

    id: str
    version: int
    created_at: str
    updated_at: str
    status: str
    email: str
    name: str
    locale: str | None = None
    phone: str | None = None
    ttl: int | None = None

    def __repr__(self) -> str:
        """Show nothing personal."""
        return f"User(id={self.id!r}, version={self.version})"

    @property
    def is_active(self) -> bool:
        """Tell whether callers see it; a deleted one waits for its end."""
        return self.status == ACTIVE

    def to_json(self) -> dict[str, Any]:
        """Return the user as the contract shows it."""
        return {name: value for name, value in self._known().items() if name not in _HIDDEN}

    def input(self) -> dict[str, Any]:
        """Return the part that callers write: what a merge patch applies to."""
        return {name: value for name, value in self._known().items() if name in _INPUT}

    def to_row(self) -> Typed:
        """Return the row of the users table."""
        return {**profile_key(self.id), **{name: to_typed(value) for name, value in self._known().items()}}

    def _known(self) -> dict[str, Any]:
        return {name: value for name, value in vars(self).items() if value is not None}


def from_row(row: Typed) -> User:
    """Return the user in a row that `User.to_row` made; what a later release adds to a row is left out."""
    return User(**{field.name: from_typed(row[field.name]) for field in fields(User) if field.name in row})


def new_user(said: Mapping[str, Any], *, user_id: str, now: datetime) -> User:
    """Return version 1 of a user."""
    moment = timestamp(now)
    return User(id=user_id, version=1, created_at=moment, updated_at=moment, status=ACTIVE, **said)


def next_version(user: User, said: Mapping[str, Any], *, now: datetime) -> User:
    """Return the user with everything that callers write replaced."""
    blank = replace(user, locale=None, phone=None)
    return replace(blank, **said, version=user.version + 1, updated_at=timestamp(now))


def deleted(user: User, *, now: datetime, keep_days: int) -> User:
    """Return the user as it is kept after its deletion, for as many days."""
    ends = now + timedelta(days=keep_days)
    return replace(user, status=DELETED, ttl=epoch(ends), version=user.version + 1, updated_at=timestamp(now))
