"""What API Gateway answers by itself, in the problem+json that the function behind it answers too."""

from __future__ import annotations

import json

from troposphere import apigateway

from generator.components.compat import GatewayResponse

RETRY_AFTER_SECONDS = "1"

# Response type → status and title. API Gateway developer guide, "Gateway response types". A timeout of the
# function is 504 there; to callers it is one more passing failure, which the contract calls 503.
RESPONSES = {
    "ACCESS_DENIED": (403, "Forbidden"),
    "API_CONFIGURATION_ERROR": (500, "Internal Server Error"),
    "AUTHORIZER_CONFIGURATION_ERROR": (500, "Internal Server Error"),
    "AUTHORIZER_FAILURE": (500, "Internal Server Error"),
    "BAD_REQUEST_BODY": (400, "Bad Request"),
    "BAD_REQUEST_PARAMETERS": (400, "Bad Request"),
    "EXPIRED_TOKEN": (403, "Forbidden"),
    "INTEGRATION_FAILURE": (503, "Service Unavailable"),
    "INTEGRATION_TIMEOUT": (503, "Service Unavailable"),
    "INVALID_SIGNATURE": (403, "Forbidden"),
    "MISSING_AUTHENTICATION_TOKEN": (403, "Forbidden"),
    "QUOTA_EXCEEDED": (429, "Too Many Requests"),
    "REQUEST_TOO_LARGE": (413, "Content Too Large"),
    "RESOURCE_NOT_FOUND": (404, "Not Found"),
    "THROTTLED": (429, "Too Many Requests"),
    "UNAUTHORIZED": (401, "Unauthorized"),
    "UNSUPPORTED_MEDIA_TYPE": (415, "Unsupported Media Type"),
    "WAF_FILTERED": (403, "Forbidden"),
}
RETRIED = {429, 503}


def gateway_responses(
    prefix: str, api: apigateway.RestApi, origins: tuple[str, ...]
) -> tuple[GatewayResponse, ...]:
    """One response for each type, and the two defaults.

    A gateway response cannot compare the caller's origin with a list, and reflecting it would let every site
    in. It names the first allowed origin; pages of the others see these answers without a readable body.
    """
    named = [
        _response(prefix, api, origins, kind=kind, status=status, title=title)
        for kind, (status, title) in RESPONSES.items()
    ]
    return (
        *named,
        _default(prefix, api, "DEFAULT_4XX", origins),
        _default(prefix, api, "DEFAULT_5XX", origins),
    )


def _response(
    prefix: str, api: apigateway.RestApi, origins: tuple[str, ...], *, kind: str, status: int, title: str
) -> GatewayResponse:
    headers = _headers(origins)
    if status in RETRIED:
        headers["gatewayresponse.header.Retry-After"] = f"'{RETRY_AFTER_SECONDS}'"
    return GatewayResponse(
        _id(prefix, kind),
        ResponseParameters=headers,
        ResponseTemplates={"application/json": _problem(f'"status":{status},"title":{json.dumps(title)}')},
        ResponseType=kind,
        RestApiId=api.ref(),
        StatusCode=str(status),
    )


def _default(prefix: str, api: apigateway.RestApi, kind: str, origins: tuple[str, ...]) -> GatewayResponse:
    """The rest of a class keeps the status that API Gateway gives it, so the body names none."""
    return GatewayResponse(
        _id(prefix, kind),
        ResponseParameters=_headers(origins),
        ResponseTemplates={"application/json": _problem('"title":"The request was refused"')},
        ResponseType=kind,
        RestApiId=api.ref(),
    )


def _headers(origins: tuple[str, ...]) -> dict[str, str]:
    headers = {
        "gatewayresponse.header.Cache-Control": "'no-store'",
        "gatewayresponse.header.Content-Type": "'application/problem+json'",
        "gatewayresponse.header.Vary": "'Origin'",
    }
    if origins:
        headers["gatewayresponse.header.Access-Control-Allow-Origin"] = f"'{origins[0]}'"
    return headers


def _problem(members: str) -> str:
    """Body of RFC 9457. ``messageString`` comes with its quotation marks."""
    return (
        f'{{"type":"about:blank",{members},"detail":$context.error.messageString,'
        '"request_id":"$context.requestId"}'
    )


def _id(prefix: str, kind: str) -> str:
    return prefix + "".join(word.capitalize() for word in kind.split("_")) + "Response"
