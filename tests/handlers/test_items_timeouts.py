"""What the SDK may take, the function's timeout, and the gateway's patience, in this order."""

from __future__ import annotations

import pytest

from generator.config import Environment, load_environments
from generator.services.items import API
from handlers.common.clients import SHORT, SHORTEST
from tests.handlers.test_catalog_timeouts import API_GATEWAY_S, budget_s

ENVIRONMENTS = load_environments()
CALLS = {
    "a list: both versions of the token key, and a page": budget_s(SHORT) + 2 * budget_s(SHORTEST),
    "a write: what is there, and the transaction": 2 * budget_s(SHORT),
}


@pytest.mark.parametrize("environment", ENVIRONMENTS.values(), ids=list(ENVIRONMENTS))
@pytest.mark.parametrize("sdk_s", CALLS.values(), ids=list(CALLS))
def test_the_api_has_time_for_every_attempt_of_the_sdk(sdk_s: float, environment: Environment) -> None:
    assert sdk_s < environment.apis["items"].timeout_s < API_GATEWAY_S
    assert sdk_s < API.timeout_s < API_GATEWAY_S
