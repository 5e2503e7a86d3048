"""Errors as RFC 9457 problem details."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from handlers.common.http import Response
from handlers.common.jsontext import encode

MEDIA_TYPE = "application/problem+json"
RETRY_AFTER_S = {429: 1, 503: 5}
# RFC 9110 and 6585. Not http.HTTPStatus: its phrases for 413 and 422 differ between versions of Python.
TITLES = {
    400: "Bad Request",
    403: "Forbidden",
    404: "Not Found",
    405: "Method Not Allowed",
    409: "Conflict",
    412: "Precondition Failed",
    413: "Content Too Large",
    415: "Unsupported Media Type",
    422: "Unprocessable Content",
    428: "Precondition Required",
    429: "Too Many Requests",
    500: "Internal Server Error",
    503: "Service Unavailable",
}


@dataclass(frozen=True, kw_only=True)
class FieldError:
    """One mistake: in the body (an RFC 6901 pointer) or in a parameter or header."""

    detail: str
    pointer: str | None = None
    parameter: str | None = None

    def to_json(self) -> dict[str, str]:
        """Return the members that are known."""
        where = {"pointer": self.pointer} if self.parameter is None else {"parameter": self.parameter}
        return {"detail": self.detail, **{name: value for name, value in where.items() if value is not None}}


class Problem(Exception):  # noqa: N818 - the field's own word
    """An answer that is not a success: raised anywhere, written in one place.

    kind: a stable name such as `stale-version`, for programs. detail: a sentence, for people.
    """

    def __init__(
        self,
        status: int,
        kind: str,
        detail: str,
        *,
        errors: Sequence[FieldError] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(detail)
        self.status = status
        self.kind = kind
        self.detail = detail
        self.errors = tuple(errors)
        self.headers = dict(headers or {})

    def response(self, request_id: str) -> Response:
        """Return the problem as a response. 429 and 503 say when to come back."""
        headers = {"Content-Type": MEDIA_TYPE, "Cache-Control": "no-store", **self.headers}
        if self.status in RETRY_AFTER_S:
            headers["Retry-After"] = str(RETRY_AFTER_S[self.status])
        body: dict[str, object] = {
            "type": f"urn:problem:{self.kind}",
            "title": TITLES[self.status],
            "status": self.status,
            "detail": self.detail,
            "request_id": request_id,
        }
        if self.errors:
            body["errors"] = [error.to_json() for error in self.errors]
        return Response(status=self.status, headers=headers, body=encode(body))


def not_found() -> Problem:
    """Absent and not visible are one answer, so that nobody learns which ids exist."""
    return Problem(404, "not-found", "There is no such resource.")


def collided() -> Problem:
    """Another write came in between; nothing was written."""
    return Problem(409, "conflict", "The write collided with another one. Send it again.")


def internal_error() -> Problem:
    """Our fault: what went wrong is in the log, not in the answer."""
    return Problem(500, "internal-error", "The service failed. Quote the request_id when asking for help.")
