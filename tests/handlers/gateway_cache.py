"""API Gateway's cache, as the template sets it up, in front of an API."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from generator.components.contract import Operation, read_contract
from generator.paths import HANDLERS
from handlers.common.api import Api
from tests.handlers.items_support import FixedClock

Key = tuple[str | None, ...]
SOURCES = {"path": "pathParameters", "querystring": "queryStringParameters", "header": "headers"}


class GatewayCache:
    """Keeps answers of cached operations, errors too, under the values of their cache keys.

    Of a name that is sent twice the gateway knows the last value.
    """

    def __init__(self, api: Api, clock: FixedClock, *, service: str, ttl_s: int) -> None:
        self._api = api
        self._clock = clock
        self._ttl = timedelta(seconds=ttl_s)
        contract = read_contract(HANDLERS / service / "openapi.json")
        self._operations = {(one.path, one.method): one for one in contract.operations}
        self._kept: dict[Key, tuple[datetime, dict[str, Any]]] = {}

    def answer(self, event: Mapping[str, Any]) -> dict[str, Any]:
        """The kept answer, or a new one."""
        operation = self._operations[event["resource"], event["httpMethod"]]
        if not operation.cached:
            return self._api.answer(event, request_id="r")
        key = cache_key(operation, event)
        if key in self._kept and self._clock.now - self._kept[key][0] < self._ttl:
            return self._kept[key][1]
        fresh = self._api.answer(event, request_id="r")
        self._kept[key] = (self._clock.now, fresh)
        return fresh


def cache_key(operation: Operation, event: Mapping[str, Any]) -> Key:
    """Operation and the values of its cache keys, None for those that were not sent."""
    values: list[str | None] = [operation.operation_id]
    for name in operation.cache_keys:
        _, _, place, parameter = name.split(".", 3)
        values.append((event.get(SOURCES[place]) or {}).get(parameter))
    return tuple(values)
