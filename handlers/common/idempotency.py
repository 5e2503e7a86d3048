"""The record that makes a repeated POST harmless."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from handlers.common.clock import epoch
from handlers.common.dynamodb import Typed, from_typed, to_typed
from handlers.common.http import Response
from handlers.common.jsontext import encode
from handlers.common.problems import Problem

LIFETIME_S = 24 * 3600


@dataclass(frozen=True, kw_only=True)
class Record:
    """An Idempotency-Key of a principal, the hash of the request that used it, and the answer it got."""

    principal: str
    key: str
    request_hash: str
    response: Response
    expires: int

    def to_row(self) -> Typed:
        """Return the row, which shares the table of what was created, so that one transaction writes both."""
        return {
            **record_key(self.principal, self.key),
            "request_hash": {"S": self.request_hash},
            "response_status": {"N": str(self.response.status)},
            "response_headers": to_typed(self.response.headers),
            "response_body": {"S": self.response.body or ""},
            "ttl": {"N": str(self.expires)},
        }


@dataclass(frozen=True, kw_only=True)
class Earlier:
    """What an earlier request with the same key asked and was answered."""

    request_hash: str
    response: Response
    expires: int

    def answer_to(self, body: Any) -> Response:
        """Return the answer again.

        Raises:
            Problem: 422 when the key was used for another body.
        """
        if self.request_hash != request_hash(body):
            raise Problem(422, "idempotency-key-reused", "The Idempotency-Key was used with another body.")
        return self.response


def record_key(principal: str, key: str) -> Typed:
    """Return the primary key. The contract keeps `#` out of keys, so two pairs never make one text."""
    return {"pk": {"S": f"IDEM#{principal}#{key}"}, "sk": {"S": "META"}}


def new_record(body: Any, response: Response, *, principal: str, key: str, now: datetime) -> Record:
    """Return the record of a request that is about to be answered."""
    return Record(
        principal=principal,
        key=key,
        request_hash=request_hash(body),
        response=response,
        expires=epoch(now) + LIFETIME_S,
    )


def earlier_from(row: Typed) -> Earlier:
    """Return the record in a row that `Record.to_row` made."""
    return Earlier(
        request_hash=from_typed(row["request_hash"]),
        response=Response(
            status=from_typed(row["response_status"]),
            headers=from_typed(row["response_headers"]),
            body=from_typed(row["response_body"]),
        ),
        expires=from_typed(row["ttl"]),
    )


def request_hash(body: Any) -> str:
    """Return the same text for bodies of the same meaning: order and form of numbers do not count."""
    return hashlib.sha256(encode(body).encode()).hexdigest()
