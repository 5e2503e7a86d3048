"""Requests and responses of an API Gateway REST proxy integration (payload format 1.0)."""

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from handlers.common.jsontext import encode


@dataclass(frozen=True, kw_only=True)
class Response:
    """What goes back to the caller. body None means that there is none."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: str | None = None

    def to_event(self) -> dict[str, Any]:
        """Return the shape that API Gateway wants."""
        return {
            "statusCode": self.status,
            "headers": dict(self.headers),
            "body": self.body or "",
            "isBase64Encoded": False,
        }


def json_response(status: int, value: Any, *, headers: Mapping[str, str]) -> Response:
    """Return a value as a JSON answer."""
    return Response(
        status=status, headers={"Content-Type": "application/json", **headers}, body=encode(value)
    )


@dataclass(frozen=True, kw_only=True)
class Request:
    """A request, with nothing taken on trust but the shape that API Gateway guarantees.

    resource: the path template, for example `/items/{id}`. headers: by lower-case name; several of
    one name are joined by a comma. query: all values of each name. body: None when there is none,
    bytes that are not valid base64 are kept apart in `undecodable`.
    """

    method: str
    resource: str
    request_id: str
    path_parameters: Mapping[str, str]
    query: Mapping[str, tuple[str, ...]]
    headers: Mapping[str, str]
    body: bytes | None
    undecodable: bool
    context: Mapping[str, Any]

    @property
    def path(self) -> str:
        """The path as the caller wrote it, with stage or base path."""
        path = self.context.get("path")
        return path if isinstance(path, str) else self.resource

    def with_last_values(self) -> "Request":
        """Return the request with the last value alone of each query parameter and of Origin."""
        headers = {
            name: value.rpartition(",")[2].strip() if name == "origin" else value
            for name, value in self.headers.items()
        }
        query = {name: values[-1:] for name, values in self.query.items()}
        return replace(self, headers=headers, query=query)


def request_from(event: Mapping[str, Any], *, fallback_request_id: str) -> Request:
    """Return the request that an event describes. Odd values are left out, never an error."""
    context = _mapping(event.get("requestContext"))
    request_id = context.get("requestId")
    body, undecodable = _body(event)
    return Request(
        method=str(event.get("httpMethod", "")).upper(),
        resource=str(event.get("resource", "")),
        request_id=request_id if isinstance(request_id, str) else fallback_request_id,
        path_parameters=_texts(event.get("pathParameters")),
        query=_lists(event, "multiValueQueryStringParameters", "queryStringParameters"),
        headers=_headers(event),
        body=body,
        undecodable=undecodable,
        context=context,
    )


def _body(event: Mapping[str, Any]) -> tuple[bytes | None, bool]:
    text = event.get("body")
    if not isinstance(text, str) or not text:
        return None, False
    try:
        if event.get("isBase64Encoded") is True:
            return base64.b64decode(text, validate=True), False
        return text.encode(), False
    except (binascii.Error, ValueError):
        return b"", True


def _headers(event: Mapping[str, Any]) -> dict[str, str]:
    joined: dict[str, str] = {}
    for name, values in _lists(event, "multiValueHeaders", "headers").items():
        joined[name.lower()] = ", ".join(
            ([joined[name.lower()]] if name.lower() in joined else []) + list(values)
        )
    return joined


def _lists(event: Mapping[str, Any], several: str, single: str) -> dict[str, tuple[str, ...]]:
    lists: dict[str, tuple[str, ...]] = {name: (value,) for name, value in _texts(event.get(single)).items()}
    for name, values in _mapping(event.get(several)).items():
        if isinstance(values, list):
            lists[str(name)] = tuple(value for value in values if isinstance(value, str))
    return {name: values for name, values in lists.items() if values}


def _texts(value: object) -> dict[str, str]:
    return {str(name): text for name, text in _mapping(value).items() if isinstance(text, str)}


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}
