"""botocore clients on whose wire things go wrong: the retries are botocore's, the effects the engine's."""

from __future__ import annotations

import io
import json
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.config import Config
from botocore.exceptions import ReadTimeoutError
from botocore.httpsession import URLLib3Session
from botocore.retries import standard
from botocore.session import get_session

from handlers.common.clients import SHORT

# One for all: what it reads of each service's model it keeps.
SESSION = get_session()


class KilledError(BaseException):
    """The container ends here, in the middle of a request."""


@dataclass(frozen=True)
class Fault:
    """What becomes of the attempts of one AWS call, of the first one only or of all.

    strike: given an attempt, and how to send it: returns the answer, raises, or returns None to let it pass.
    """

    name: str
    strike: Callable[[AWSPreparedRequest, Callable[[], AWSResponse]], AWSResponse | None]
    lasting: bool


class Wire:
    """Where the calls of one container go through. ``calls`` counts them by operation, without retries."""

    def __init__(self, url: str, *, operation: str = "", fault: Fault | None = None) -> None:
        self._url = url
        self._operation = operation
        self._fault = fault
        self._struck = False
        self.calls: Counter[str] = Counter()

    def client(self, service: str) -> Any:
        """A client with as many attempts for each call as the functions have."""
        config = SHORT.merge(Config(read_timeout=10))
        client = SESSION.create_client(
            service,
            region_name="us-west-2",
            endpoint_url=self._url,
            aws_access_key_id="test",
            aws_secret_access_key="test",
            config=config,
        )
        retry_at_once(client, config)
        client.meta.events.register("before-parameter-build", self._count)
        client.meta.events.register("before-send", self._send)
        return client

    def _count(self, model: Any, **_: Any) -> None:
        self.calls[model.name] += 1

    def _send(self, request: AWSPreparedRequest, event_name: str, **_: Any) -> AWSResponse | None:
        fault = self._fault
        if fault is None or not event_name.endswith(f".{self._operation}"):
            return None
        if self._struck and not fault.lasting:
            return None
        self._struck = True
        return fault.strike(request, lambda: URLLib3Session(timeout=10).send(request))


def retry_at_once(client: Any, config: Config) -> None:
    """Leave out the pauses between attempts; what is tried again stays botocore's decision."""
    attempts = config.retries["total_max_attempts"]
    handler = standard.register_retry_handler(client, attempts)  # type: ignore[no-untyped-call, unused-ignore]
    service_id = client.meta.service_model.service_id.hyphenize()
    events, name = client.meta.events, f"needs-retry.{service_id}"
    for _ in range(2):  # Its own, and the one just made.
        events.unregister(name, unique_id=f"retry-config-{service_id}")
    events.register(name, lambda **asked: None if handler.needs_retry(**asked) is None else 0)


def _refused(code: str, status: int) -> Callable[..., AWSResponse]:
    def strike(request: AWSPreparedRequest, _: Callable[[], AWSResponse]) -> AWSResponse:
        body = json.dumps({"__type": f"com.amazonaws#{code}", "message": "no"}).encode()
        headers = {"content-type": "application/x-amz-json-1.0"}
        return AWSResponse(request.url, status, headers, _Raw(body))

    return strike


class _Raw(io.BytesIO):
    """The body of an answer as urllib3 hands it on."""

    def stream(self, *_: Any, **__: Any) -> Any:
        yield self.read()


def _silence(request: AWSPreparedRequest, _: Callable[[], AWSResponse]) -> None:
    raise ReadTimeoutError(endpoint_url=request.url)


def _lost_answer(request: AWSPreparedRequest, send: Callable[[], AWSResponse]) -> None:
    send()
    raise ReadTimeoutError(endpoint_url=request.url)


def _killed_before(_: AWSPreparedRequest, __: Callable[[], AWSResponse]) -> None:
    raise KilledError


def _killed_after(_: AWSPreparedRequest, send: Callable[[], AWSResponse]) -> None:
    send()
    raise KilledError


ONCE, LASTING = False, True
# How often it strikes, and what the caller is then told: None is the answer of a request that nothing befell.
# The gateway answers 503 for a function that ends.
FAULTS: tuple[tuple[Fault, int | None], ...] = (
    (Fault("throttled-once", _refused("ThrottlingException", 400), ONCE), None),
    (Fault("failed-once", _refused("InternalServerError", 500), ONCE), None),
    (Fault("timed-out-once", _silence, ONCE), None),
    (Fault("answer-lost-once", _lost_answer, ONCE), None),
    (Fault("throttled", _refused("ThrottlingException", 400), LASTING), 429),
    (Fault("failed", _refused("InternalServerError", 500), LASTING), 503),
    (Fault("timed-out", _silence, LASTING), 503),
    (Fault("answer-lost", _lost_answer, LASTING), 503),
    (Fault("denied", _refused("AccessDeniedException", 400), LASTING), 500),
    (Fault("killed-before", _killed_before, ONCE), 503),
    (Fault("killed-after", _killed_after, ONCE), 503),
)
