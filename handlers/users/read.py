"""The Lambda function behind the operations that only read, the preflights and the health check."""

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
from handlers.users.reads import UserReads
from handlers.users.settings import settings_from
from handlers.users.store import UserStore


def make_api(
    environment: Mapping[str, str], *, dynamodb: Any, parameters: Any, secrets: Any, clock: Clock = utc_now
) -> Api:
    """Return the reading half of the API with the settings of its environment.

    Raises:
        KeyError: a variable is missing.
    """
    settings = settings_from(parameters, environment["SETTINGS_PARAMETER_NAME"])
    store = UserStore(dynamodb, settings, clock=clock)
    tokens = PageTokens(SecretKey(secrets, environment["TOKEN_SECRET_NAME"]), clock=clock)
    return Api(
        contract=load_contract(Path(__file__).with_name("openapi.json")),
        operations=UserReads(store, tokens).operations,
        ping=store.ping,
        origins=origins_in(environment["ALLOWED_ORIGINS"]),
        max_body_bytes=0,
    )


@cache
def _api() -> Api:
    return make_api(
        os.environ,
        dynamodb=aws_client("dynamodb", SHORT),
        parameters=aws_client("ssm", SHORTEST),
        secrets=aws_client("secretsmanager", SHORTEST),
    )


if "AWS_LAMBDA_FUNCTION_NAME" in os.environ:
    _api()  # While Lambda starts a container it gives it a full processor: clients are costly to make.


@entry_point
def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Answer an API Gateway proxy event."""
    return _api().answer(event, request_id=context.aws_request_id)
