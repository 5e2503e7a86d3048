"""The Lambda function behind the catalog API."""

import os
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from handlers.catalog.service import CatalogService
from handlers.catalog.store import Names, ProductStore
from handlers.common.api import Api, entry_point, origins_in
from handlers.common.clients import SHORT, SHORTEST, aws_client
from handlers.common.clock import Clock, utc_now
from handlers.common.contract import load_contract
from handlers.common.secret import SecretKey
from handlers.common.tokens import PageTokens


def make_api(environment: Mapping[str, str], *, dynamodb: Any, secrets: Any, clock: Clock = utc_now) -> Api:
    """Return the API with the settings of its environment.

    Raises:
        KeyError: a variable is missing.
    """
    contract = load_contract(Path(__file__).with_name("openapi.json"))
    names = Names(
        table=environment["TABLE_NAME"],
        category_index=environment["CATEGORY_INDEX"],
        listing_index=environment["LISTING_INDEX"],
    )
    store = ProductStore(dynamodb, names, clock=clock)
    tokens = PageTokens(SecretKey(secrets, environment["TOKEN_SECRET_NAME"]), clock=clock)
    service = CatalogService(store, tokens, input_schema=contract.schemas["ProductInput"], clock=clock)
    return Api(
        contract=contract,
        operations=service.operations,
        ping=store.ping,
        origins=origins_in(environment["ALLOWED_ORIGINS"]),
        max_body_bytes=int(environment["MAX_BODY_BYTES"]),
    )


@cache
def _api() -> Api:
    return make_api(
        os.environ,
        dynamodb=aws_client("dynamodb", SHORT),
        secrets=aws_client("secretsmanager", SHORTEST),
    )


if "AWS_LAMBDA_FUNCTION_NAME" in os.environ:
    _api()  # While Lambda starts a container it gives it a full processor: clients are costly to make.


@entry_point
def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Answer an API Gateway proxy event."""
    return _api().answer(event, request_id=context.aws_request_id)
