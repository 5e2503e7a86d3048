"""The audit trail: one row for each change of an item, and counters for each owner."""

import time
from collections.abc import Callable, Mapping
from datetime import timedelta
from enum import Enum
from typing import Any

from botocore.exceptions import ClientError

from handlers.common.clock import Clock, epoch, timestamp, utc_now
from handlers.common.dynamodb import Typed, cancellation_codes, error_codes
from handlers.items.changes import Change, RejectedRecordError, item_key, read_change, sort_key
from handlers.items.keys import KEY_PREFIX

LIFETIME = timedelta(days=400)
# Several shards move the counters of one owner, and botocore does not retry a cancelled transaction.
BACKOFF_S = (0.05, 0.1, 0.2, 0.4)
_TRANSIENT = frozenset({"TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded"})
_PERMANENT = frozenset({"ValidationError", "ValidationException", "ItemCollectionSizeLimitExceeded"})
_REJECTIONS = {"pk": {"S": "STATS"}, "sk": {"S": "REJECTED"}}


class Outcome(Enum):
    """What became of a record. IGNORED: it is not about an item."""

    PROCESSED = "Processed"
    DUPLICATE = "Duplicates"
    REJECTED = "Rejected"
    IGNORED = "Ignored"


class AuditTrail:
    """Writes stream records to the audit table, each exactly once."""

    def __init__(
        self,
        client: Any,
        *,
        table: str,
        clock: Clock = utc_now,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._client = client
        self._table = table
        self._clock = clock
        self._sleep = sleep

    def record(self, record: Mapping[str, Any]) -> Outcome:
        """Write a record, or write why it can never be written.

        Raises:
            ClientError, BotoCoreError: the table cannot be written now; the record has to come again.
        """
        try:
            pk = item_key(record)
        except RejectedRecordError as error:
            return self._reject(record, "REJECTED", reason=str(error))
        if not pk.startswith(KEY_PREFIX):
            return Outcome.IGNORED
        try:
            change = read_change(record)
            return self._write(self._audit_row(record, pk, change), self._counters(change), Outcome.PROCESSED)
        except RejectedRecordError as error:
            return self._reject(record, pk, reason=str(error))

    def _reject(self, record: Mapping[str, Any], pk: str, *, reason: str) -> Outcome:
        row = {**self._row(pk, record), "kind": {"S": "REJECTED"}, "reason": {"S": reason}}
        return self._write(row, [self._add(_REJECTIONS, {"total": 1})], Outcome.REJECTED)

    def _write(
        self, row: Typed, counters: list[Typed], outcome: Outcome, *, pauses: tuple[float, ...] = BACKOFF_S
    ) -> Outcome:
        put = {
            "Put": {"TableName": self._table, "Item": row, "ConditionExpression": "attribute_not_exists(pk)"}
        }
        try:
            self._client.transact_write_items(TransactItems=[put, *counters])
        except ClientError as error:
            if cancellation_codes(error)[:1] == ("ConditionalCheckFailed",):
                return Outcome.DUPLICATE
            codes = error_codes(error)
            if codes & _PERMANENT:
                raise RejectedRecordError("DynamoDB refuses to store the change") from error
            if not pauses or not codes & _TRANSIENT:
                raise
            self._sleep(pauses[0])
            return self._write(row, counters, outcome, pauses=pauses[1:])
        return outcome

    def _audit_row(self, record: Mapping[str, Any], pk: str, change: Change) -> Typed:
        row = {
            **self._row(pk, record),
            "kind": {"S": change.kind},
            "owner": {"S": change.owner},
            "version": {"N": change.version},
            "changes": {"M": dict(change.fields)},
        }
        return row if change.occurred_at is None else {**row, "occurred_at": {"S": change.occurred_at}}

    def _row(self, pk: str, record: Mapping[str, Any]) -> Typed:
        now = self._clock()
        return {
            "pk": {"S": pk},
            "sk": {"S": sort_key(record)},
            "recorded_at": {"S": timestamp(now)},
            "ttl": {"N": str(epoch(now + LIFETIME))},
        }

    def _counters(self, change: Change) -> list[Typed]:
        return [
            self._add({"pk": {"S": f"STATS#{owner}"}, "sk": {"S": "COUNTERS"}}, counts)
            for owner, counts in sorted(change.counts.items())
        ]

    def _add(self, key: Typed, counts: Mapping[str, int]) -> Typed:
        names = sorted(counts)
        return {
            "Update": {
                "TableName": self._table,
                "Key": key,
                "UpdateExpression": "ADD " + ", ".join(f"#n{i} :n{i}" for i in range(len(names))),
                "ExpressionAttributeNames": {f"#n{i}": name for i, name in enumerate(names)},
                "ExpressionAttributeValues": {
                    f":n{i}": {"N": str(counts[name])} for i, name in enumerate(names)
                },
            }
        }
