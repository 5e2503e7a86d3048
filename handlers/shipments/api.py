"""The Lambda function behind the shipments API."""

import os
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from handlers.common.api import Api, entry_point, origins_in
from handlers.common.clients import SHORT, SHORTEST, aws_client
from handlers.common.clock import Clock, utc_now
from handlers.common.contract import load_contract
from handlers.common.secret import SecretKey
from handlers.common.tokens import PageTokens
from handlers.shipments.service import ShipmentService
from handlers.shipments.views import ShipmentViews


def make_api(environment: Mapping[str, str], *, dynamodb: Any, secrets: Any, clock: Clock = utc_now) -> Api:
    """Return the API with the settings of its environment.

    Raises:
        KeyError: a variable is missing.
    """
    views = ShipmentViews(dynamodb, table=environment["TABLE_NAME"], status_index=environment["STATUS_INDEX"])
    tokens = PageTokens(SecretKey(secrets, environment["TOKEN_SECRET_NAME"]), clock=clock)
    return Api(
        contract=load_contract(Path(__file__).with_name("openapi.json")),
        operations=ShipmentService(views, tokens).operations,
        ping=views.ping,
        origins=origins_in(environment["ALLOWED_ORIGINS"]),
        max_body_bytes=0,  # No operation takes a body.
    )


@cache
def _api() -> Api:
    # Both versions of the key 6 s each, latest state and a page of history 7 s each: 26 s at worst.
    # API Gateway waits for 29 s.
    return make_api(
        os.environ, dynamodb=aws_client("dynamodb", SHORT), secrets=aws_client("secretsmanager", SHORTEST)
    )


if "AWS_LAMBDA_FUNCTION_NAME" in os.environ:
    _api()  # While Lambda starts a container it gives it a full processor: clients are costly to make.


@entry_point
def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Answer an API Gateway proxy event."""
    return _api().answer(event, request_id=context.aws_request_id)
