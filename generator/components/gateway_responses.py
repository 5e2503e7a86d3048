"""What API Gateway answers by itself, in the problem+json that the function behind it answers too."""

from __future__ import annotations

import json

from troposphere import apigateway

from generator.components.compat import GatewayResponse

RETRY_AFTER_SECONDS = "1"

# Response type → status, title, and the kind of problem as handlers name it. API Gateway developer guide,
# "Gateway response types". A timeout of the function is 504 there; to callers it is one more passing failure,
# which the contract calls 503. The defaults are for types that AWS may add.
RESPONSES = {
    "ACCESS_DENIED": (403, "Forbidden", "forbidden"),
    "API_CONFIGURATION_ERROR": (500, "Internal Server Error", "internal-error"),
    "AUTHORIZER_CONFIGURATION_ERROR": (500, "Internal Server Error", "internal-error"),
    "AUTHORIZER_FAILURE": (500, "Internal Server Error", "internal-error"),
    "BAD_REQUEST_BODY": (400, "Bad Request", "malformed-body"),
    "BAD_REQUEST_PARAMETERS": (400, "Bad Request", "invalid-parameter"),
    "DEFAULT_4XX": (400, "Bad Request", "refused"),
    "DEFAULT_5XX": (500, "Internal Server Error", "internal-error"),
    "EXPIRED_TOKEN": (403, "Forbidden", "forbidden"),
    "INVALID_API_KEY": (403, "Forbidden", "forbidden"),
    "INTEGRATION_FAILURE": (503, "Service Unavailable", "unavailable"),
    "INTEGRATION_TIMEOUT": (503, "Service Unavailable", "unavailable"),
    "INVALID_SIGNATURE": (403, "Forbidden", "forbidden"),
    "MISSING_AUTHENTICATION_TOKEN": (403, "Forbidden", "forbidden"),
    "QUOTA_EXCEEDED": (429, "Too Many Requests", "too-many-requests"),
    "REQUEST_TOO_LARGE": (413, "Content Too Large", "content-too-large"),
    "RESOURCE_NOT_FOUND": (404, "Not Found", "not-found"),
    "THROTTLED": (429, "Too Many Requests", "too-many-requests"),
    "UNAUTHORIZED": (401, "Unauthorized", "unauthorized"),
    "UNSUPPORTED_MEDIA_TYPE": (415, "Unsupported Media Type", "unsupported-media-type"),
    "WAF_FILTERED": (403, "Forbidden", "forbidden"),
}
RETRIED = {429, 503}


def gateway_responses(
    prefix: str, api: apigateway.RestApi, origins: tuple[str, ...]
) -> tuple[GatewayResponse, ...]:
    """One response for each type.

    A gateway response cannot compare the caller's origin with a list, and reflecting it would let every site
    in. It names the first allowed origin; pages of the others see these answers without a readable body.
    """
    return tuple(
        GatewayResponse(
            prefix + "".join(word.capitalize() for word in response_type.split("_")) + "Response",
            ResponseParameters=_headers(origins, status),
            ResponseTemplates={"application/json": _problem(status, title, kind)},
            ResponseType=response_type,
            RestApiId=api.ref(),
            StatusCode=str(status),
        )
        for response_type, (status, title, kind) in RESPONSES.items()
    )


def _headers(origins: tuple[str, ...], status: int) -> dict[str, str]:
    headers = {
        "gatewayresponse.header.Cache-Control": "'no-store'",
        "gatewayresponse.header.Content-Type": "'application/problem+json'",
        "gatewayresponse.header.Vary": "'Origin'",
    }
    if origins:
        headers["gatewayresponse.header.Access-Control-Allow-Origin"] = f"'{origins[0]}'"
    if status in RETRIED:
        headers["gatewayresponse.header.Retry-After"] = f"'{RETRY_AFTER_SECONDS}'"
    return headers


def _problem(status: int, title: str, kind: str) -> str:
    """Body of RFC 9457. ``messageString`` comes with its quotation marks."""
    return (
        f'{{"type":"urn:problem:{kind}","title":{json.dumps(title)},"status":{status},'
        '"detail":$context.error.messageString,"request_id":"$context.requestId"}'
    )
