"""An item: what callers see and what the table holds."""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import Any

from handlers.common.clock import epoch, timestamp
from handlers.common.dynamodb import Typed, from_typed, to_typed
from handlers.common.jsontext import is_storable
from handlers.common.problems import FieldError
from handlers.items.keys import key

_INPUT = ("name", "description", "status", "attributes", "ttl")


@dataclass(frozen=True, kw_only=True)
class Item:
    """An item at one version. None is absent; times are `clock.timestamp` texts, ttl is in epoch seconds."""

    id: str
    owner: str
    version: int
    created_at: str
    updated_at: str
    name: str
    status: str
    attributes: Mapping[str, Any]
    description: str | None = None
    ttl: int | None = None

    def to_json(self) -> dict[str, Any]:
        """Return the item as the contract shows it."""
        return {name: value for name, value in vars(self).items() if value is not None}

    def input(self) -> dict[str, Any]:
        """Return the part that callers write: what a merge patch applies to."""
        return {name: value for name, value in self.to_json().items() if name in _INPUT}

    def to_row(self) -> Typed:
        """Return the row of the items table."""
        return {**key(self.id), **{name: to_typed(value) for name, value in self.to_json().items()}}

    def is_expired(self, now: datetime) -> bool:
        """Tell whether DynamoDB may delete the item any moment ("Using time to live": up to days late)."""
        return self.ttl is not None and self.ttl <= epoch(now)


def from_row(row: Typed) -> Item:
    """Return the item in a row that `Item.to_row` made; what a later release adds to a row is left out."""
    return Item(**{field.name: from_typed(row[field.name]) for field in fields(Item) if field.name in row})


def new_item(said: Mapping[str, Any], *, item_id: str, owner: str, now: datetime) -> Item:
    """Return version 1 of an item."""
    moment = timestamp(now)
    return Item(id=item_id, owner=owner, version=1, created_at=moment, updated_at=moment, **said)


def next_version(item: Item, said: Mapping[str, Any], *, now: datetime) -> Item:
    """Return the item with everything that callers write replaced."""
    blank = replace(item, description=None, ttl=None)
    return replace(blank, **said, version=item.version + 1, updated_at=timestamp(now))


def broken_rules(said: Mapping[str, Any], *, now: datetime) -> list[FieldError]:
    """Return what is wrong with an input that the schema accepts but cannot fully describe."""
    errors = [
        FieldError(
            pointer=f"/attributes/{name}", detail="must have at most 38 digits, from 1E-130 to below 1E+126"
        )
        for name, value in said["attributes"].items()
        if not isinstance(value, (str, bool)) and not is_storable(value)
    ]
    if "ttl" in said and said["ttl"] <= epoch(now):
        errors.append(FieldError(pointer="/ttl", detail="must be in the future"))
    return errors
