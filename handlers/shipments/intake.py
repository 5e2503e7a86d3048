"""What becomes of a message: recorded, rejected for good, or an error that sends it again."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from handlers.common.failures import traits
from handlers.common.schema import Schema
from handlers.shipments.alerts import Alert, AlertFailedError, Alerts, Turn
from handlers.shipments.event import Rejection, ShipmentEvent, read_event
from handlers.shipments.rejections import RejectionTable
from handlers.shipments.store import ShipmentTable

NEEDS_A_PERSON = "EXCEPTION"


class Outcome(Enum):
    """What became of a message that need not come again."""

    PROCESSED = "Processed"
    DUPLICATE = "Duplicates"
    REJECTED = "Rejected"


@dataclass(frozen=True, kw_only=True)
class Message:
    """A message as one invocation has it.

    receives: how often it was handed out, this time included. until: when the invocation has ended at the
    latest.
    """

    id: str
    body: str
    receives: int
    request_id: str
    until: datetime

    @property
    def turn(self) -> Turn:
        """This delivery of the message."""
        return Turn(id=f"{self.request_id}#{self.id}", until=self.until)

    def alert(self, title: str, **facts: str | int | None) -> Alert:
        """Return an alert that says which message and which invocation it is about."""
        return Alert(title=title, facts={**facts, "message_id": self.id, "request_id": self.request_id})


class Intake:
    """Takes messages in. All of its steps can be done again, so an error only means: once more."""

    def __init__(
        self,
        shipments: ShipmentTable,
        rejections: RejectionTable,
        alerts: Alerts,
        *,
        schema: Schema,
        max_receives: int,
    ) -> None:
        self._shipments = shipments
        self._rejections = rejections
        self._alerts = alerts
        self._schema = schema
        self._max_receives = max_receives

    def take(self, message: Message) -> Outcome:
        """Record or reject what a message holds.

        Raises:
            Exception: it has to come again. If this was its last time, somebody was told.
        """
        try:
            read = read_event(message.body, self._schema)
            return self._reject(read, message) if isinstance(read, Rejection) else self._record(read, message)
        except Exception as error:
            self.give_up(message, error)
            raise

    def give_up(self, message: Message, error: Exception) -> None:
        """Tell somebody, if the message does not come again after this error."""
        if message.receives < self._max_receives:
            return
        told = traits(error)
        alert = message.alert(
            "event given up",
            error=told["error"],
            aws_operation=told.get("aws_operation"),
            aws_codes=", ".join(told.get("aws_codes", ())) or None,
            receives=message.receives,
        )
        # An alert that failed was counted, and must not hide the error that it is about.
        with suppress(AlertFailedError):
            self._alerts.publish(alert)

    def _record(self, event: ShipmentEvent, message: Message) -> Outcome:
        is_new = self._shipments.record(event)
        self._shipments.advance(event)
        if event.status == NEEDS_A_PERSON:
            # To alert is part of the work here: when it fails, the message comes again.
            alert = message.alert(
                f"EXCEPTION of {event.shipment_id}",
                shipment_id=event.shipment_id,
                event_id=event.event_id,
                status=event.status,
                occurred_at=event.occurred_at,
            )
            self._alerts.publish_once(alert, self._shipments.row_of(event), turn=message.turn)
        return Outcome.PROCESSED if is_new else Outcome.DUPLICATE

    def _reject(self, rejection: Rejection, message: Message) -> Outcome:
        is_new = self._rejections.keep(rejection, message_id=message.id)
        alert = message.alert(
            "event rejected",
            rejection_id=rejection.id,
            shipment_id=rejection.shipment_id,
            event_id=rejection.event_id,
            error="RejectedEvent",
            reason=rejection.reason,
        )
        # An alert that failed was counted, and the rejection is kept: to have it again would mend neither.
        with suppress(AlertFailedError):
            self._alerts.publish_once(alert, self._rejections.row_of(rejection), turn=message.turn)
        return Outcome.REJECTED if is_new else Outcome.DUPLICATE
