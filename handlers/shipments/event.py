"""An event of a carrier, sound and with its time in one form; or why it can never be that."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from aws_lambda_powertools.utilities.data_classes import EventBridgeEvent

from handlers.common.clock import parse_timestamp, timestamp
from handlers.common.jsontext import MalformedJsonError, encode, parse
from handlers.common.schema import Schema

# A clock that is wrong by decades would hold a shipment's latest state for as long.
YEARS = range(2000, 2100)
# DynamoDB takes rows of 400 KB; an event of EventBridge is smaller than this ("Amazon EventBridge quotas").
MAX_KEPT_BYTES = 300_000


@dataclass(frozen=True, kw_only=True)
class ShipmentEvent:
    """A change of a shipment's status. occurred_at: a `clock.timestamp`."""

    event_id: str
    shipment_id: str
    status: str
    occurred_at: str
    carrier: str
    location: str

    @property
    def position(self) -> str:
        """Where the event stands among those of its shipment: text that sorts as time does.

        Two events of one instant differ in their id, whichever comes first.
        """
        return f"{self.occurred_at}#{self.event_id}"


@dataclass(frozen=True, kw_only=True)
class Rejection:
    """Something that can never be recorded.

    id: a hash of what was sent, so that it is the same however often it comes. reason: quotes nothing of
    it. shipment_id, event_id: None where they are not sound themselves. content: as it came, or its
    beginning.
    """

    id: str
    reason: str
    content: str
    shipment_id: str | None = None
    event_id: str | None = None


def read_event(body: str, schema: Schema) -> ShipmentEvent | Rejection:
    """Return the event in a message that EventBridge sent, or why there is none."""
    try:
        envelope = parse(body)
    except MalformedJsonError as error:
        return _rejection(body, f"the message is not sound JSON: {error}", sent=body)
    if not isinstance(envelope, dict) or not isinstance(envelope.get("detail"), dict):
        return _rejection(body, "the message is not an event with a detail object", sent=body)
    detail = EventBridgeEvent(envelope).detail
    violations = schema.violations(detail)
    if violations:
        wrong = "; ".join(f"{violation.pointer or '/'} {violation.detail}" for violation in violations)
        return _refused(body, detail, wrong, unsound={step for one in violations for step in one.path[:1]})
    try:
        moment = parse_timestamp(detail["occurred_at"])
    except ValueError as error:
        return _refused(body, detail, f"/occurred_at {error}", unsound=set())
    if moment.year not in YEARS:
        reason = f"/occurred_at is not within the years {YEARS.start} to {YEARS.stop - 1}"
        return _refused(body, detail, reason, unsound=set())
    known = {name: detail[name] for name in ShipmentEvent.__dataclass_fields__}
    return ShipmentEvent(**{**known, "occurred_at": timestamp(moment)})


def _refused(body: str, detail: Mapping[str, Any], reason: str, *, unsound: set[str]) -> Rejection:
    """Only the detail tells whether this has come before: around it EventBridge puts a new id and time."""
    sound = {name: detail[name] for name in ("shipment_id", "event_id") if name not in unsound}
    return _rejection(body, reason, sent=encode(detail), **sound)


def _rejection(body: str, reason: str, *, sent: str, **ids: str) -> Rejection:
    content = body.encode("utf-8", "replace")[:MAX_KEPT_BYTES].decode("utf-8", "ignore")
    digest = hashlib.sha256(sent.encode("utf-8", "surrogatepass")).hexdigest()
    return Rejection(id=digest, reason=reason, content=content, **ids)
