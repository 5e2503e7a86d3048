"""Sends events to the catalog API as API Gateway would, and holds every answer against the contract."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from typing import Any

from handlers.catalog.api import make_api
from handlers.common.api import Api
from tests.handlers import contract_support
from tests.handlers.contract_support import Answer, contract_of, proxy_event
from tests.handlers.items_support import AwsClients, FixedClock

TABLE, CATEGORY_INDEX, LISTING_INDEX, SECRET = (
    "products",
    "CategoryIndex",
    "ListingIndex",
    "catalog-token-key",
)
ORIGIN = "https://example.com"
CONTRACT = contract_of("catalog")
ENVIRONMENT = {
    "TABLE_NAME": TABLE,
    "CATEGORY_INDEX": CATEGORY_INDEX,
    "LISTING_INDEX": LISTING_INDEX,
    "TOKEN_SECRET_NAME": SECRET,
    "ALLOWED_ORIGINS": f"{ORIGIN},https://www.example.com",
    "MAX_BODY_BYTES": "65536",
}
SAID = {"name": "Desk lamp", "category": "lighting", "price": {"amount": "19.90", "currency": "EUR"}}
_numbers = itertools.count(1)


def create_table(dynamodb: Any) -> None:
    """The products table as the template has it."""
    dynamodb.create_table(
        TableName=TABLE,
        KeySchema=_schema("pk", "sk"),
        AttributeDefinitions=[
            {"AttributeName": name, "AttributeType": "S"}
            for name in ("category", "listing", "pk", "sk", "sku")
        ],
        BillingMode="PAY_PER_REQUEST",
        GlobalSecondaryIndexes=[
            {
                "IndexName": index,
                "KeySchema": _schema(attribute, "sku"),
                "Projection": {"ProjectionType": "ALL"},
            }
            for index, attribute in ((CATEGORY_INDEX, "category"), (LISTING_INDEX, "listing"))
        ],
    )


def _schema(partition: str, sort: str) -> list[dict[str, str]]:
    return [
        {"AttributeName": partition, "KeyType": "HASH"},
        {"AttributeName": sort, "KeyType": "RANGE"},
    ]


def new_sku() -> str:
    """A SKU that no other test has."""
    return f"SKU-{next(_numbers)}"


def new_category() -> str:
    """A category that no other test has."""
    return f"category-{next(_numbers)}"


class CatalogWorld:
    """An API, its clock, and a caller."""

    def __init__(self, aws: AwsClients) -> None:
        self.aws = aws
        self.clock = FixedClock()
        self.caller = f"arn:aws:iam::123456789012:user/caller-{next(_numbers)}"
        self.api = self.api_with()

    def api_with(self, *, dynamodb: Any = None, secrets: Any = None, **settings: str) -> Api:
        """An API of its own, as a new container has it."""
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
        sku: str | None = None,
        body: Any = None,
        headers: Mapping[str, str] | None = None,
        query: Mapping[str, str] | None = None,
        caller: str | None = "",
    ) -> dict[str, Any]:
        return proxy_event(
            method,
            resource,
            path_parameters={} if sku is None else {"sku": sku},
            body=body,
            headers=headers,
            query=query,
            caller=self.caller if caller == "" else caller,
        )

    def send(self, event: Mapping[str, Any], *, api: Api | None = None) -> Answer:
        return checked(event, (api or self.api).answer(event, request_id="lambda-1"))

    def post(self, body: Any, *, key: str | None = None, api: Api | None = None, **more: Any) -> Answer:
        headers = {"Idempotency-Key": key or f"key-{next(_numbers)}", **more.pop("headers", {})}
        return self.send(self.event("POST", "/products", body=body, headers=headers, **more), api=api)

    def made(self, **said: Any) -> Answer:
        """A new product."""
        answer = self.post({"sku": new_sku(), **SAID, **said})
        assert answer.status == 201, answer.text
        return answer

    def get(self, sku: str, **more: Any) -> Answer:
        return self.send(self.event("GET", "/products/{sku}", sku=sku, **more))

    def list(self, **more: Any) -> Answer:
        return self.send(self.event("GET", "/products", **more))

    def change(
        self,
        method: str,
        sku: str,
        body: Any = None,
        *,
        if_match: str | None,
        api: Api | None = None,
        **more: Any,
    ) -> Answer:
        headers = dict(more.pop("headers", {})) | ({"If-Match": if_match} if if_match is not None else {})
        event = self.event(method, "/products/{sku}", sku=sku, body=body, headers=headers, **more)
        return self.send(event, api=api)


def operation_of(event: Mapping[str, Any]) -> dict[str, Any]:
    return contract_support.operation_of(CONTRACT, event)


def checked(event: Mapping[str, Any], raw: Mapping[str, Any]) -> Answer:
    return contract_support.checked(CONTRACT, event, raw)
