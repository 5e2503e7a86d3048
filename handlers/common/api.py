"""The boundary of an API: an event comes in, an answer goes out, and no exception passes.

An API is a contract and a function for each of its operations. What every API does alike is done here:
routing, who calls, parameters and body, CORS, health, errors, logs and metrics.
"""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.logging.correlation_paths import API_GATEWAY_REST
from aws_lambda_powertools.metrics import MetricUnit

from handlers.common.aws_errors import problem_of
from handlers.common.contract import Contract, read_body, read_parameters
from handlers.common.cors import preflight, with_cors
from handlers.common.failures import traits
from handlers.common.http import Request, Response, json_response, request_from
from handlers.common.identity import principal
from handlers.common.problems import Problem

HEALTH = "getHealth"

logger = Logger()
metrics = Metrics()
metrics.set_default_dimensions(environment=os.environ.get("ENVIRONMENT", "unknown"))


@dataclass(frozen=True, kw_only=True)
class Call:
    """A call of an operation, sound by the contract. body: None where the operation has none."""

    caller: str
    parameters: Mapping[str, Any]
    body: Any
    path: str


Operations = Mapping[str, Callable[[Call], Response]]


@dataclass(frozen=True, kw_only=True)
class Api:
    """What a function behind an API is made of. Powertools' resolver sends no Vary, and knows no 405.

    operations: by operation id; those of the contract that another function answers are left out.
    ping: raises when what the API stands on cannot be reached.
    """

    contract: Contract
    operations: Operations
    ping: Callable[[], object]
    origins: frozenset[str]
    max_body_bytes: int

    def answer(self, event: Mapping[str, Any], *, request_id: str) -> dict[str, Any]:
        """Return the answer to an event. This is the one place where exceptions become answers."""
        request = self.contract.as_cached(request_from(event, fallback_request_id=request_id))
        try:
            response = self._respond(request)
        except Problem as problem:
            response = problem.response(request.request_id)
        except Exception as error:
            failure = problem_of(error)
            # A known cause is somebody else's; an unknown one is a bug or a mistake in the deployment.
            log = logger.error if failure.status == 500 else logger.warning
            log("request failed", status=failure.status, **traits(error))
            response = failure.response(request.request_id)
        return with_cors(response, request, origins=self.origins).to_event()

    def _respond(self, request: Request) -> Response:
        operation = self.contract.operation(request)
        if request.method == "OPTIONS":
            methods = self.contract.operations[request.resource].keys() - {"OPTIONS"}
            return preflight(request, methods=methods, origins=self.origins)
        if operation.name == HEALTH:
            return self._health()
        caller = principal(request.context)
        if caller is None:
            raise Problem(403, "forbidden", "The request carries no identity.")
        parameters = read_parameters(operation, request)
        body = read_body(operation, request, max_bytes=self.max_body_bytes) if operation.bodies else None
        call = Call(caller=caller, parameters=parameters, body=body, path=request.path)
        return self.operations[operation.name](call)

    def _health(self) -> Response:
        try:
            self.ping()
        except Exception as error:
            # To a health checker every failure is one thing, a missing permission too.
            logger.warning("health check failed", **traits(error))
            raise Problem(503, "unhealthy", "The service cannot reach its data.") from None
        return json_response(200, {"status": "ok"}, headers={"Cache-Control": "no-store"})


def origins_in(text: str) -> frozenset[str]:
    """Return the origins in a list with commas, as an environment variable holds it."""
    return frozenset(filter(None, (origin.strip() for origin in text.split(","))))


Handler = Callable[[dict[str, Any], Any], dict[str, Any]]


def entry_point(handler: Handler) -> Handler:
    """Decorate the handler of a Lambda function that answers API Gateway's proxy events.

    Its log lines carry the request's id, its metrics count requests and errors.
    """

    @metrics.log_metrics(capture_cold_start_metric=True)
    def counted(event: dict[str, Any], context: Any) -> dict[str, Any]:
        answer = handler(event, context)
        _count(answer["statusCode"])
        return answer

    decorated: Handler = logger.inject_lambda_context(
        counted, correlation_id_path=API_GATEWAY_REST, clear_state=True
    )
    return decorated


def _count(status: int) -> None:
    metrics.add_metric(name="Requests", unit=MetricUnit.Count, value=1)
    metrics.add_metric(name="ClientErrors", unit=MetricUnit.Count, value=float(400 <= status < 500))
    metrics.add_metric(name="ServerErrors", unit=MetricUnit.Count, value=float(status >= 500))
