"""The Lambda function behind the operations that write."""

import os
import uuid
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from handlers.common.api import Api, entry_point, origins_in
from handlers.common.clients import SHORT, SHORTEST, aws_client
from handlers.common.clock import Clock, utc_now
from handlers.common.contract import load_contract
from handlers.users.settings import settings_from
from handlers.users.store import UserStore
from handlers.users.writes import UserWrites


def make_api(
    environment: Mapping[str, str], *, dynamodb: Any, parameters: Any, clock: Clock = utc_now
) -> Api:
    """Return the writing half of the API with the settings of its environment.

    Raises:
        KeyError: a variable is missing.
    """
    contract = load_contract(Path(__file__).with_name("openapi.json"))
    settings = settings_from(parameters, environment["SETTINGS_PARAMETER_NAME"])
    store = UserStore(dynamodb, settings, clock=clock)
    writes = UserWrites(
        store,
        settings,
        input_schema=contract.schemas["UserInput"],
        clock=clock,
        new_id=lambda: str(uuid.uuid4()),
    )
    return Api(
        contract=contract,
        operations=writes.operations,
        ping=store.ping,
        origins=origins_in(environment["ALLOWED_ORIGINS"]),
        max_body_bytes=int(environment["MAX_BODY_BYTES"]),
    )


@cache
def _api() -> Api:
    return make_api(
        os.environ, dynamodb=aws_client("dynamodb", SHORT), parameters=aws_client("ssm", SHORTEST)
    )


if "AWS_LAMBDA_FUNCTION_NAME" in os.environ:
    _api()  # While Lambda starts a container it gives it a full processor: clients are costly to make.


@entry_point
def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Answer an API Gateway proxy event."""
    return _api().answer(event, request_id=context.aws_request_id)
