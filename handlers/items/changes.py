"""What a record of the items table's stream says: a change to audit, or a reason why it says nothing."""

import hashlib
import json
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from handlers.common.clock import timestamp
from handlers.common.dynamodb import Typed
from handlers.common.jsontext import is_storable, number

SEQUENCE_DIGITS = 40  # "StreamRecord": a sequence number has at most 40 digits.
STATUSES = frozenset({"ACTIVE", "INACTIVE", "ARCHIVED"})
# Kept as they are. Everything else, known or not, may be personal text: only its hash is kept.
_PLAIN = {"status": "S", "version": "N", "owner": "S", "created_at": "S", "updated_at": "S", "ttl": "N"}
_MAX_TEXT_BYTES = 1024
_IMAGES = {"INSERT": (False, True), "MODIFY": (True, True), "REMOVE": (True, False)}
_KINDS = {"INSERT": "CREATED", "MODIFY": "UPDATED", "REMOVE": "DELETED"}
_KEYS = frozenset({"pk", "sk"})


class RejectedRecordError(ValueError):
    """A record that can never be processed; the text is the reason, and quotes no value."""


@dataclass(frozen=True, kw_only=True)
class Change:
    """A change of one item.

    counts: by owner, then by `total` or status, what to add. fields: by name, the old and the new
    value as DynamoDB types them, free text as a hash.
    """

    kind: str
    owner: str
    version: str
    occurred_at: str | None
    fields: Mapping[str, Typed]
    counts: Mapping[str, Mapping[str, int]]


def item_key(record: Mapping[str, Any]) -> str:
    """Return the partition key of a record.

    Raises:
        RejectedRecordError: there is none, or it is not text of at most 1024 bytes.
    """
    return _text(_mapping(_stream_part(record).get("Keys"), "Keys").get("pk"), "pk")


def sort_key(record: Mapping[str, Any]) -> str:
    """Return where the audit row of a record goes: its sequence number, in one width.

    A record without one gets a hash of itself, so that it too is written once only.
    """
    sequence = sequence_number(record)
    if sequence is not None:
        return sequence.zfill(SEQUENCE_DIGITS)
    text = json.dumps(record, sort_keys=True, default=str)
    return "RECORD#" + hashlib.sha256(text.encode()).hexdigest()


def sequence_number(record: Mapping[str, Any]) -> str | None:
    """Return the sequence number as it came, or None if there is none that can be one."""
    part = record.get("dynamodb")
    sequence = part.get("SequenceNumber") if isinstance(part, Mapping) else None
    is_one = isinstance(sequence, str) and re.fullmatch(r"[0-9]{1,40}", sequence)
    return str(sequence) if is_one else None


def read_change(record: Mapping[str, Any]) -> Change:
    """Return the change that a record describes.

    Raises:
        RejectedRecordError: the record can never be processed.
    """
    event = record.get("eventName")
    if not isinstance(event, str) or event not in _IMAGES:
        raise RejectedRecordError("eventName is not INSERT, MODIFY or REMOVE")
    has_old, has_new = _IMAGES[event]
    old = _image(record, "OldImage") if has_old else {}
    new = _image(record, "NewImage") if has_new else {}
    latest = new or old
    return Change(
        kind="EXPIRED" if event == "REMOVE" and _is_expiry(record) else _KINDS[event],
        owner=latest["owner"]["S"],
        version=latest["version"]["N"],
        occurred_at=_occurred_at(record),
        fields=_fields(old, new),
        counts=_counts(old, new),
    )


def _image(record: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    image = _mapping(_stream_part(record).get(name), name)
    for field, kind in _PLAIN.items():
        if field in image:
            _ = _text(image[field], field) if kind == "S" else _number(image[field], field)
    for field in ("owner", "status", "version"):
        if field not in image:
            raise RejectedRecordError(f"{name} has no {field}")
    if image["status"]["S"] not in STATUSES:
        raise RejectedRecordError(f"the status in {name} is unknown")
    return image


def _fields(old: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, Typed]:
    changed = sorted(name for name in (old.keys() | new.keys()) - _KEYS if old.get(name) != new.get(name))
    for name in changed:
        _text({"S": name}, "an attribute's name")
    return {
        name: {
            "M": {
                side: _recorded(name, image[name])
                for side, image in (("old", old), ("new", new))
                if name in image
            }
        }
        for name in changed
    }


def _recorded(name: str, value: Typed) -> Typed:
    if name in _PLAIN:
        return value
    try:
        text = json.dumps([name, value], sort_keys=True)
    except (TypeError, ValueError, RecursionError):
        raise RejectedRecordError("an attribute is not of a type that a stream carries") from None
    return {"M": {"sha256": {"S": hashlib.sha256(text.encode()).hexdigest()}}}


def _counts(old: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, dict[str, int]]:
    by_owner: dict[str, Counter[str]] = {}
    for image, sign in ((old, -1), (new, 1)):
        if image:
            counter = by_owner.setdefault(image["owner"]["S"], Counter())
            counter["total"] += sign
            counter[image["status"]["S"]] += sign
    moved = {owner: {name: by for name, by in counter.items() if by} for owner, counter in by_owner.items()}
    return {owner: counts for owner, counts in moved.items() if counts}


def _is_expiry(record: Mapping[str, Any]) -> bool:
    """Tell whether DynamoDB deleted the item for its TTL ("DynamoDB Streams and Time to Live")."""
    identity = record.get("userIdentity")
    return isinstance(identity, Mapping) and identity.get("principalId") == "dynamodb.amazonaws.com"


def _occurred_at(record: Mapping[str, Any]) -> str | None:
    seconds = _stream_part(record).get("ApproximateCreationDateTime")
    if isinstance(seconds, bool) or not isinstance(seconds, (int, float)):
        return None
    try:
        return timestamp(datetime.fromtimestamp(seconds, tz=UTC))
    except (ValueError, OverflowError, OSError):
        return None


def _stream_part(record: Mapping[str, Any]) -> Mapping[str, Any]:
    return _mapping(record.get("dynamodb"), "dynamodb")


def _mapping(value: object, name: str) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise RejectedRecordError(f"{name} is missing")
    return value


def _text(typed: object, name: str) -> str:
    value = _member(typed, "S", name)
    try:
        size = len(value.encode())
    except UnicodeEncodeError:
        size = 0
    if not 0 < size <= _MAX_TEXT_BYTES:
        raise RejectedRecordError(f"{name} is not text of 1 to {_MAX_TEXT_BYTES} bytes")
    return value


def _number(typed: object, name: str) -> str:
    value = _member(typed, "N", name)
    if not re.fullmatch(r"-?[0-9][0-9.eE+-]{0,99}", value) or not is_storable(number(value)):
        raise RejectedRecordError(f"{name} is not a number")
    return value


def _member(typed: object, kind: str, name: str) -> str:
    if not isinstance(typed, Mapping) or set(typed) != {kind} or not isinstance(typed[kind], str):
        raise RejectedRecordError(f"{name} is not of type {kind}")
    value: str = typed[kind]
    return value
