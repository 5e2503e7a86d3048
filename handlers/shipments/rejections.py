"""The table of what could never be recorded."""

from datetime import timedelta
from typing import Any

from handlers.common.clock import Clock, epoch, timestamp
from handlers.shipments.event import Rejection
from handlers.shipments.store import Row, put_new

LIFETIME = timedelta(days=400)


class RejectionTable:
    """Keeps each rejection once, found by its id and, through the index, by its day."""

    def __init__(self, client: Any, *, table: str, clock: Clock) -> None:
        self._client = client
        self._table = table
        self._clock = clock

    def keep(self, rejection: Rejection, *, message_id: str) -> bool:
        """Write the row of a rejection; return False if it was there."""
        now = self._clock()
        moment = timestamp(now)
        ids = {"shipment_id": rejection.shipment_id, "event_id": rejection.event_id}
        row = {
            **self.row_of(rejection).key,
            "day": {"S": moment[:10]},
            "rejected_at": {"S": moment},
            "reason": {"S": rejection.reason},
            "content": {"S": rejection.content},
            "message_id": {"S": message_id},
            "ttl": {"N": str(epoch(now + LIFETIME))},
            **{name: {"S": value} for name, value in ids.items() if value is not None},
        }
        return put_new(self._client, self._table, row, key="pk")

    def row_of(self, rejection: Rejection) -> Row:
        """Return where the row of a rejection is."""
        key = {"pk": {"S": f"REJECTION#{rejection.id}"}, "sk": {"S": "META"}}
        return Row(table=self._table, key=key)
