"""What the SDK may take, the timeouts of both functions, and who waits for them, in this order."""

from __future__ import annotations

import pytest

from generator.config import Environment, load_environments
from generator.services.shipments import API, PROCESSOR
from handlers.common.clients import CONFIG, SHORT, SHORTEST
from handlers.shipments.processor import RESERVE_S
from tests.handlers.test_catalog_timeouts import API_GATEWAY_S, budget_s

ENVIRONMENTS = load_environments()
every_environment = pytest.mark.parametrize("environment", ENVIRONMENTS.values(), ids=list(ENVIRONMENTS))


@every_environment
def test_the_api_has_time_for_every_attempt_of_the_sdk(environment: Environment) -> None:
    """S1.10: at worst both versions of the token key, the latest state and a page of history."""
    sdk_s = 2 * budget_s(SHORTEST) + 2 * budget_s(SHORT)
    assert sdk_s < environment.apis["shipments"].timeout_s < API_GATEWAY_S
    assert sdk_s < API.timeout_s < API_GATEWAY_S


@every_environment
def test_the_processor_ends_a_call_in_the_time_that_it_keeps_back(environment: Environment) -> None:
    """S4.3: a call begun in time ends before Lambda stops the function, which would fail the whole batch."""
    timeout_s = environment.workers["shipments-processor"].timeout_s
    assert budget_s(CONFIG) < RESERVE_S < timeout_s / 2
    assert PROCESSOR.timeout_s / 2 > RESERVE_S
