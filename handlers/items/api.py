"""The Lambda function behind the items API."""

import os
import uuid
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.logging.correlation_paths import API_GATEWAY_REST
from aws_lambda_powertools.metrics import MetricUnit

from handlers.common.aws_errors import problem_of
from handlers.common.clients import aws_client
from handlers.common.clock import Clock, utc_now
from handlers.common.contract import Contract, Operation, load_contract, read_body, read_parameters
from handlers.common.cors import preflight, with_cors
from handlers.common.http import Request, Response, request_from
from handlers.common.identity import principal
from handlers.common.problems import Problem
from handlers.common.secret import SecretKey
from handlers.common.tokens import PageTokens
from handlers.items.service import ItemService
from handlers.items.store import ItemStore

logger = Logger()
metrics = Metrics()
metrics.set_default_dimensions(environment=os.environ.get("ENVIRONMENT", "unknown"))


class ItemsApi:
    """Takes an event to an answer. Powertools' resolver is not used: it sends no Vary, and knows no 405."""

    def __init__(
        self, contract: Contract, service: ItemService, *, origins: frozenset[str], max_body_bytes: int
    ) -> None:
        self._contract = contract
        self._service = service
        self._origins = origins
        self._max_body_bytes = max_body_bytes

    def answer(self, event: Mapping[str, Any], *, request_id: str) -> dict[str, Any]:
        """Return the answer to an event. This is the one place where exceptions become answers."""
        request = request_from(event, fallback_request_id=request_id)
        try:
            response = self._respond(request)
        except Problem as problem:
            response = problem.response(request.request_id)
        except Exception as error:
            failure = problem_of(error)
            # A known cause needs no stack trace; an unknown one is a bug or a mistake in the deployment.
            log = logger.exception if failure.status == 500 else logger.warning
            log("request failed", status=failure.status, error=type(error).__name__, cause=str(error))
            response = failure.response(request.request_id)
        return with_cors(response, request, origins=self._origins).to_event()

    def _respond(self, request: Request) -> Response:
        operation = self._contract.operation(request)
        if request.method == "OPTIONS":
            methods = self._contract.operations[request.resource].keys() - {"OPTIONS"}
            return preflight(request, methods=methods, origins=self._origins)
        if operation.name == "getHealth":
            return self._health()
        caller = principal(request.context)
        if caller is None:
            raise Problem(403, "forbidden", "The request carries no identity.")
        parameters = read_parameters(operation, request)
        return self._call(operation, request, parameters, caller=caller)

    def _call(
        self, operation: Operation, request: Request, parameters: Mapping[str, Any], *, caller: str
    ) -> Response:
        match operation.name:
            case "listItems":
                return self._service.page(parameters, caller=caller)
            case "getItem":
                return self._service.get(parameters, caller=caller)
            case "deleteItem":
                return self._service.delete(parameters, caller=caller)
        body = read_body(operation, request, max_bytes=self._max_body_bytes)
        match operation.name:
            case "createItem":
                return self._service.create(body, parameters, caller=caller, path=request.path)
            case "replaceItem":
                return self._service.replace(body, parameters, caller=caller)
            case "patchItem":
                return self._service.patch(body, parameters, caller=caller)
        raise LookupError(f"the contract has an operation without code: {operation.name}")

    def _health(self) -> Response:
        try:
            return self._service.health()
        except Exception as error:
            # To a health checker every failure of the read is one thing, a missing permission too.
            logger.exception("health check failed")
            raise Problem(503, "unhealthy", "The table cannot be read.") from error


def make_api(
    environment: Mapping[str, str], *, dynamodb: Any, secrets: Any, clock: Clock = utc_now
) -> ItemsApi:
    """Return the API with the settings of its environment.

    Raises:
        KeyError: a variable is missing.
    """
    contract = load_contract(Path(__file__).with_name("openapi.json"))
    service = ItemService(
        ItemStore(
            dynamodb, table=environment["TABLE_NAME"], owner_index=environment["OWNER_INDEX"], clock=clock
        ),
        PageTokens(SecretKey(secrets, environment["TOKEN_SECRET_NAME"]), clock=clock),
        input_schema=contract.schemas["ItemInput"],
        clock=clock,
        new_id=lambda: str(uuid.uuid4()),
    )
    origins = frozenset(
        filter(None, (origin.strip() for origin in environment["ALLOWED_ORIGINS"].split(",")))
    )
    return ItemsApi(contract, service, origins=origins, max_body_bytes=int(environment["MAX_BODY_BYTES"]))


@cache
def _api() -> ItemsApi:
    return make_api(os.environ, dynamodb=aws_client("dynamodb"), secrets=aws_client("secretsmanager"))


if "AWS_LAMBDA_FUNCTION_NAME" in os.environ:
    _api()  # While Lambda starts a container it gives it a full processor: clients are costly to make.


@logger.inject_lambda_context(correlation_id_path=API_GATEWAY_REST, clear_state=True)
@metrics.log_metrics(capture_cold_start_metric=True)
def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Answer an API Gateway proxy event."""
    answer = _api().answer(event, request_id=context.aws_request_id)
    _count(answer["statusCode"])
    return answer


def _count(status: int) -> None:
    metrics.add_metric(name="Requests", unit=MetricUnit.Count, value=1)
    metrics.add_metric(name="ClientErrors", unit=MetricUnit.Count, value=float(400 <= status < 500))
    metrics.add_metric(name="ServerErrors", unit=MetricUnit.Count, value=float(status >= 500))
