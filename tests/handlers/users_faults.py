"""Faults of AWS, put where they happen: on the wire, below botocore's own retries.

A fault strikes one kind of call (`dynamodb.TransactWriteItems`), the first time or every time.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from botocore.awsrequest import AWSResponse
from botocore.config import Config
from botocore.exceptions import ReadTimeoutError
from botocore.httpsession import URLLib3Session
from botocore.session import get_session

from handlers.common.clients import SHORT, SHORTEST
from tests.handlers.users_support import UsersAws
from tests.handlers.wire import retry_at_once


class ContainerDiedError(BaseException):
    """The container is gone in the middle of a call: nothing after it is run."""


@dataclass(frozen=True)
class Fault:
    """What happens to a call. ``executed``: whether AWS does what was asked. ``always``: not only once."""

    kind: str
    executed: bool
    always: bool = False


THROTTLED = Fault("throttled", executed=False)
ALWAYS_THROTTLED = Fault("throttled", executed=False, always=True)
FAILED = Fault("failed", executed=False)
ALWAYS_FAILED = Fault("failed", executed=False, always=True)
UNREACHABLE = Fault("timeout", executed=False)
NEVER_REACHABLE = Fault("timeout", executed=False, always=True)
ANSWER_LOST = Fault("timeout", executed=True)
EVERY_ANSWER_LOST = Fault("timeout", executed=True, always=True)
DENIED = Fault("denied", executed=False, always=True)
DELIVERED_TWICE = Fault("twice", executed=True)
DIED_BEFORE = Fault("died", executed=False)
DIED_AFTER = Fault("died", executed=True)
FAULTS = (
    THROTTLED,
    ALWAYS_THROTTLED,
    FAILED,
    ALWAYS_FAILED,
    UNREACHABLE,
    NEVER_REACHABLE,
    ANSWER_LOST,
    EVERY_ANSWER_LOST,
    DENIED,
    DELIVERED_TWICE,
    DIED_BEFORE,
    DIED_AFTER,
)
_ANSWERS = {
    "throttled": (400, "ThrottlingException"),
    "failed": (500, "InternalServerError"),
    "denied": (400, "AccessDeniedException"),
}


# One for all wires: it keeps the descriptions of services, which take long to read.
_SESSION = get_session()


class Wire:
    """Clients as the functions have them, whose calls go through here; counts what was called."""

    def __init__(self, engine: str) -> None:
        self.calls: Counter[str] = Counter()
        self._struck: tuple[str, Fault] | None = None
        self._passes = URLLib3Session()  # type: ignore[no-untyped-call, unused-ignore]
        self.aws = UsersAws(
            dynamodb=self._client("dynamodb", engine, SHORT),
            parameters=self._client("ssm", engine, SHORTEST),
            secrets=self._client("secretsmanager", engine, SHORTEST),
        )

    def strike(self, call: str, fault: Fault) -> None:
        """Let a fault happen to the next call of this kind."""
        self._struck = (call, fault)

    def heal(self) -> None:
        """No more faults."""
        self._struck = None

    def _client(self, service: str, engine: str, config: Config) -> Any:
        client = _SESSION.create_client(
            service,
            region_name="us-west-2",
            endpoint_url=engine,
            aws_access_key_id="test",
            aws_secret_access_key="test",
            config=config,
        )
        service_id = client.meta.service_model.service_id.hyphenize()
        client.meta.events.register(f"before-send.{service_id}", self._sender(service))
        retry_at_once(client, config)
        return client

    def _sender(self, service: str) -> Callable[..., AWSResponse | None]:
        def send(request: Any, event_name: str, **_: Any) -> AWSResponse | None:
            call = f"{service}.{event_name.rpartition('.')[2]}"
            self.calls[call] += 1
            if self._struck is None or self._struck[0] != call:
                return None
            fault = self._struck[1]
            if not fault.always:
                self.heal()
            if fault.executed:
                self._passes.send(request)  # type: ignore[no-untyped-call, unused-ignore]
            if fault.kind == "twice":
                return None  # botocore sends it once more.
            if fault.kind == "timeout":
                raise ReadTimeoutError(endpoint_url=request.url)  # type: ignore[no-untyped-call, unused-ignore]
            if fault.kind == "died":
                raise ContainerDiedError
            return _answer(request.url, *_ANSWERS[fault.kind])

        return send


def _answer(url: str, status: int, code: str) -> AWSResponse:
    class Raw:
        def stream(self, **_: object) -> list[bytes]:
            return [json.dumps({"__type": code, "message": "refused for a test"}).encode()]

    return AWSResponse(url, status, {"x-amzn-errortype": code}, Raw())  # type: ignore[no-untyped-call, unused-ignore]
