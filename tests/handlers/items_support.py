"""Sends events to the items API as API Gateway would, and holds every answer against the contract."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from botocore.exceptions import ClientError

from handlers.common.api import Api
from handlers.items.api import make_api
from tests.handlers import contract_support
from tests.handlers.contract_support import Answer, contract_of, proxy_event

TABLE, AUDIT_TABLE, OWNER_INDEX, SECRET = "items", "audit", "OwnerIndex", "items-token-key"
ORIGIN = "https://example.com"
CONTRACT = contract_of("items")
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


class ItemsWorld:
    """An API, its clock, and a caller nobody else has."""

    def __init__(self, aws: AwsClients) -> None:
        self.aws = aws
        self.clock = FixedClock()
        self.caller = f"arn:aws:iam::123456789012:user/caller-{next(_numbers)}"
        self.api = self.api_with()

    def api_with(self, *, dynamodb: Any = None, secrets: Any = None, **settings: str) -> Api:
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
        return proxy_event(
            method,
            resource,
            path_parameters={} if item_id is None else {"id": item_id},
            body=body,
            headers=headers,
            query=query,
            caller=self.caller if caller == "" else caller,
        )

    def send(self, event: Mapping[str, Any], *, api: Api | None = None) -> Answer:
        raw = (api or self.api).answer(event, request_id="lambda-1")
        return checked(event, raw)

    def post(self, body: Any, *, key: str | None = None, api: Api | None = None, **more: Any) -> Answer:
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
        api: Api | None = None,
        **more: Any,
    ) -> Answer:
        headers = dict(more.pop("headers", {})) | ({"If-Match": if_match} if if_match is not None else {})
        event = self.event(method, "/items/{id}", item_id=item_id, body=body, headers=headers, **more)
        return self.send(event, api=api)


def operation_of(event: Mapping[str, Any]) -> dict[str, Any]:
    return contract_support.operation_of(CONTRACT, event)


def checked(event: Mapping[str, Any], raw: Mapping[str, Any]) -> Answer:
    """Return the answer, after holding it against the contract: status, headers and body."""
    return contract_support.checked(CONTRACT, event, raw)
