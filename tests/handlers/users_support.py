"""Sends events to the two functions of the users API as API Gateway would."""

from __future__ import annotations

import itertools
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from handlers.common.api import Api
from handlers.users import read, write
from tests.handlers import contract_support
from tests.handlers.contract_support import Answer, contract_of, proxy_event
from tests.handlers.items_support import FixedClock

TABLE, STATUS_INDEX, SECRET, PARAMETER = "users", "StatusIndex", "users-token-key", "users-settings"
ORIGIN = "https://example.com"
CONTRACT = contract_of("users")
ENVIRONMENT = {
    "ALLOWED_ORIGINS": f"{ORIGIN}, https://www.example.com",
    "MAX_BODY_BYTES": "16384",
    "SETTINGS_PARAMETER_NAME": PARAMETER,
    "TOKEN_SECRET_NAME": SECRET,
}
SETTINGS = {"deleted_retention_days": 30, "status_index": STATUS_INDEX, "table_name": TABLE}
OPERATIONS = [(path, method.upper()) for path, item in CONTRACT["paths"].items() for method in item]
NOBODY = "00000000-0000-4000-8000-000000000000"
_numbers = itertools.count(1)


def unique(prefix: str) -> str:
    """A text that no other test has."""
    return f"{prefix}-{next(_numbers)}"


def address(name: str = "ann") -> str:
    """An e-mail address that nobody has yet."""
    return f"{unique(name)}@example.com"


@dataclass(frozen=True)
class UsersAws:
    dynamodb: Any
    parameters: Any
    secrets: Any


def create(aws: UsersAws) -> None:
    """Table, settings and token key as the template has them."""
    aws.dynamodb.create_table(
        TableName=TABLE,
        KeySchema=_schema("pk", "sk"),
        AttributeDefinitions=[
            {"AttributeName": name, "AttributeType": "S"} for name in ("created_at", "pk", "sk", "status")
        ],
        BillingMode="PAY_PER_REQUEST",
        GlobalSecondaryIndexes=[
            {
                "IndexName": STATUS_INDEX,
                "KeySchema": _schema("status", "created_at"),
                "Projection": {"ProjectionType": "ALL"},
            }
        ],
    )
    aws.parameters.put_parameter(Name=PARAMETER, Type="String", Value=json.dumps(SETTINGS))
    aws.secrets.create_secret(Name=SECRET, SecretString=json.dumps({"key": "u" * 64}))


def _schema(partition: str, sort: str) -> list[dict[str, str]]:
    return [
        {"AttributeName": partition, "KeyType": "HASH"},
        {"AttributeName": sort, "KeyType": "RANGE"},
    ]


class UsersWorld:
    """Both functions as new containers have them, a clock, and a caller nobody else has."""

    def __init__(self, aws: UsersAws, *, clock: FixedClock | None = None, **settings: str) -> None:
        self.aws = aws
        self.clock = clock or FixedClock()
        self.caller = f"arn:aws:iam::123456789012:user/{unique('caller')}"
        environment = ENVIRONMENT | settings
        self.reader = read.make_api(
            environment,
            dynamodb=aws.dynamodb,
            parameters=aws.parameters,
            secrets=aws.secrets,
            clock=self.clock,
        )
        self.writer = write.make_api(
            environment, dynamodb=aws.dynamodb, parameters=aws.parameters, clock=self.clock
        )

    def behind(self, event: Mapping[str, Any]) -> Api:
        """The function that the gateway hands an event to."""
        throttle = contract_support.operation_of(CONTRACT, event)["x-gen-throttle"]
        return {"read": self.reader, "write": self.writer}[throttle]

    def event(
        self,
        method: str,
        resource: str = "/users",
        *,
        user_id: str | None = None,
        body: Any = None,
        headers: Mapping[str, str] | None = None,
        query: Mapping[str, str] | None = None,
        caller: str | None = "",
    ) -> dict[str, Any]:
        return proxy_event(
            method,
            "/users/{id}" if user_id is not None else resource,
            path_parameters={} if user_id is None else {"id": user_id},
            body=body,
            headers=headers,
            query=query,
            caller=self.caller if caller == "" else caller,
        )

    def send(self, event: Mapping[str, Any]) -> Answer:
        """The answer, after holding it against the contract."""
        raw = self.behind(event).answer(event, request_id="lambda-1")
        return contract_support.checked(CONTRACT, event, raw)

    def post(self, body: Any = None, *, key: str | None = None, **more: Any) -> Answer:
        said = {"email": address(), "name": "Ann"} if body is None else body
        headers = {"Idempotency-Key": key or unique("key"), **more.pop("headers", {})}
        return self.send(self.event("POST", body=said, headers=headers, **more))

    def get(self, user_id: str, **more: Any) -> Answer:
        return self.send(self.event("GET", user_id=user_id, **more))

    def page(self, **query: str) -> Answer:
        return self.send(self.event("GET", query=query))

    def found(self, email: str) -> list[Any]:
        """Users with an address, as the API finds them."""
        users: list[Any] = self.page(email=email).body["users"]
        return users

    def change(
        self, method: str, user_id: str, body: Any = None, *, if_match: str | None, **more: Any
    ) -> Answer:
        headers = dict(more.pop("headers", {})) | ({"If-Match": if_match} if if_match is not None else {})
        return self.send(self.event(method, user_id=user_id, body=body, headers=headers, **more))

    def rows(self) -> list[dict[str, Any]]:
        """Everything in the table, for looking behind the scenes."""
        pages = self.aws.dynamodb.get_paginator("scan").paginate(TableName=TABLE, ConsistentRead=True)
        return [row for page in pages for row in page["Items"]]
