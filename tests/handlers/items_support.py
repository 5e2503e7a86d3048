"""Sends events to the items API as API Gateway would, and holds every answer against the contract."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from botocore.exceptions import ClientError
from openapi_schema_validator import OAS30Validator

from handlers.items.api import ItemsApi, make_api

TABLE, AUDIT_TABLE, OWNER_INDEX, SECRET = "items", "audit", "OwnerIndex", "items-token-key"
ORIGIN = "https://example.com"
CONTRACT: dict[str, Any] = json.loads(
    (Path(__file__).parents[2] / "handlers/items/openapi.json").read_text(encoding="utf-8")
)
ENVIRONMENT = {
    "TABLE_NAME": TABLE,
    "OWNER_INDEX": OWNER_INDEX,
    "TOKEN_SECRET_NAME": SECRET,
    "ALLOWED_ORIGINS": f"{ORIGIN}, https://www.example.com",
    "MAX_BODY_BYTES": "65536",
}
_numbers = itertools.count(1)


@dataclass(frozen=True)
class AwsClients:
    dynamodb: Any
    secrets: Any
    streams: Any


class FixedClock:
    """A clock that is moved by hand. Each reading is a microsecond later than the one before."""

    def __init__(self) -> None:
        self.now = datetime(2026, 1, 31, 12, tzinfo=UTC)

    def __call__(self) -> datetime:
        self.now += timedelta(microseconds=1)
        return self.now

    def forward(self, **by: float) -> None:
        self.now += timedelta(**by)


class Failing:
    """A client whose named methods raise; the others are the real client's."""

    def __init__(self, client: Any, **failures: Exception) -> None:
        self._client = client
        self._failures = failures

    def __getattr__(self, name: str) -> Any:
        if name not in self._failures:
            return getattr(self._client, name)

        def fail(**_: Any) -> None:
            raise self._failures[name]

        return fail


class Interrupted:
    """A client that lets somebody else act once, right before the named method."""

    def __init__(self, client: Any, method: str, action: Callable[[], object]) -> None:
        self._client = client
        self._method = method
        self._actions = [action]

    def __getattr__(self, name: str) -> Any:
        if name == self._method and self._actions:
            self._actions.pop()()
        return getattr(self._client, name)


def client_error(code: str, *, status: int = 400, reasons: tuple[str, ...] = ()) -> ClientError:
    response: dict[str, Any] = {
        "Error": {"Code": code, "Message": "secret detail"},
        "ResponseMetadata": {"HTTPStatusCode": status},
    }
    if reasons:
        response["CancellationReasons"] = [{"Code": reason} for reason in reasons]
    return ClientError(response, "Operation")  # type: ignore[no-untyped-call, unused-ignore]


@dataclass(frozen=True)
class Answer:
    status: int
    headers: Mapping[str, str]
    body: Any
    text: str


class ItemsWorld:
    """An API, its clock, and a caller nobody else has."""

    def __init__(self, aws: AwsClients) -> None:
        self.aws = aws
        self.clock = FixedClock()
        self.caller = f"arn:aws:iam::123456789012:user/caller-{next(_numbers)}"
        self.api = self.api_with()

    def api_with(self, *, dynamodb: Any = None, secrets: Any = None, **settings: str) -> ItemsApi:
        return make_api(
            ENVIRONMENT | settings,
            dynamodb=dynamodb or self.aws.dynamodb,
            secrets=secrets or self.aws.secrets,
            clock=self.clock,
        )

    def event(
        self,
        method: str,
        resource: str,
        *,
        item_id: str | None = None,
        body: Any = None,
        headers: Mapping[str, str] | None = None,
        query: Mapping[str, str] | None = None,
        caller: str | None = "",
    ) -> dict[str, Any]:
        identity = {"userArn": self.caller if caller == "" else caller}
        sent = dict(headers or {})
        if body is not None:
            sent = {"Content-Type": "application/json", **sent}
        return {
            "resource": resource,
            "httpMethod": method,
            "pathParameters": {"id": item_id} if item_id is not None else None,
            "headers": sent,
            "multiValueHeaders": {name: [value] for name, value in sent.items()},
            "queryStringParameters": dict(query) if query else None,
            "multiValueQueryStringParameters": {name: [value] for name, value in query.items()}
            if query
            else None,
            "requestContext": {
                "requestId": "request-1",
                "path": "/live" + resource.replace("{id}", str(item_id)),
                "identity": identity,
            },
            "body": body if isinstance(body, str) or body is None else json.dumps(body),
            "isBase64Encoded": False,
        }

    def send(self, event: Mapping[str, Any], *, api: ItemsApi | None = None) -> Answer:
        raw = (api or self.api).answer(event, request_id="lambda-1")
        return checked(event, raw)

    def post(self, body: Any, *, key: str | None = None, api: ItemsApi | None = None, **more: Any) -> Answer:
        headers = {"Idempotency-Key": key or f"key-{next(_numbers)}", **more.pop("headers", {})}
        return self.send(self.event("POST", "/items", body=body, headers=headers, **more), api=api)

    def get(self, item_id: str, **more: Any) -> Answer:
        return self.send(self.event("GET", "/items/{id}", item_id=item_id, **more))

    def list(self, **more: Any) -> Answer:
        return self.send(self.event("GET", "/items", **more))

    def change(
        self,
        method: str,
        item_id: str,
        body: Any = None,
        *,
        if_match: str | None,
        api: ItemsApi | None = None,
        **more: Any,
    ) -> Answer:
        headers = dict(more.pop("headers", {})) | ({"If-Match": if_match} if if_match is not None else {})
        event = self.event(method, "/items/{id}", item_id=item_id, body=body, headers=headers, **more)
        return self.send(event, api=api)


def operation_of(event: Mapping[str, Any]) -> dict[str, Any]:
    operation: dict[str, Any] = CONTRACT["paths"][event["resource"]][event["httpMethod"].lower()]
    return operation


def checked(event: Mapping[str, Any], raw: Mapping[str, Any]) -> Answer:
    """Return the answer, after holding it against the contract: status, headers and body."""
    status, headers, text = raw["statusCode"], raw["headers"], raw["body"]
    responses = operation_of(event)["responses"]
    assert str(status) in responses, f"{status} is not documented: {text}"
    response = _resolved(responses[str(status)])
    assert headers["Vary"] == "Origin"
    known = {name.lower() for name in response.get("headers", {})} | {"content-type", "cache-control"}
    assert {name.lower() for name in headers} <= known
    for name, header in response.get("headers", {}).items():
        assert name in headers or not _resolved(header).get("required"), f"{name} is missing"
    content = response.get("content")
    if not content:
        assert text == ""
        return Answer(status, headers, None, text)
    assert headers["Content-Type"] in content
    text.encode()
    body = json.loads(text)
    schema = content[headers["Content-Type"]]["schema"]
    OAS30Validator({**schema, "components": CONTRACT["components"]}).validate(body)
    if status >= 400:
        assert body["status"] == status
    return Answer(status, headers, body, text)


def _resolved(node: dict[str, Any]) -> dict[str, Any]:
    target: Any = node
    while "$ref" in target:
        steps = target["$ref"].removeprefix("#/").split("/")
        target = CONTRACT
        for step in steps:
            target = target[step]
    result: dict[str, Any] = target
    return result
