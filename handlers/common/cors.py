"""Cross-origin answers: an origin is echoed when it is exactly one of the allowed ones (Fetch standard)."""

from collections.abc import Iterable

from handlers.common.http import Request, Response

MAX_AGE_S = 7200
ALLOW_HEADERS = ", ".join(
    (
        "Authorization",
        "Content-Type",
        "Idempotency-Key",
        "If-Match",
        "If-None-Match",
        "X-Amz-Content-Sha256",
        "X-Amz-Date",
        "X-Amz-Security-Token",
    )
)
EXPOSE_HEADERS = "ETag, Location, Retry-After"


def with_cors(response: Response, request: Request, *, origins: frozenset[str]) -> Response:
    """Return the response with what a script of an allowed origin needs to read it.

    Vary is there always: a cache must not give one origin the answer made for another.
    """
    headers = {**response.headers, "Vary": "Origin"}
    origin = request.headers.get("origin")
    if origin in origins:
        headers["Access-Control-Allow-Origin"] = origin
        if request.method != "OPTIONS":
            headers["Access-Control-Expose-Headers"] = EXPOSE_HEADERS
    return Response(status=response.status, headers=headers, body=response.body)


def preflight(request: Request, *, methods: Iterable[str], origins: frozenset[str]) -> Response:
    """Return the answer to OPTIONS. A foreign origin gets the same status without any permission."""
    if request.headers.get("origin") not in origins:
        return Response(status=204)
    return Response(
        status=204,
        headers={
            "Access-Control-Allow-Methods": ", ".join(sorted(methods)),
            "Access-Control-Allow-Headers": ALLOW_HEADERS,
            "Access-Control-Max-Age": str(MAX_AGE_S),
        },
    )
