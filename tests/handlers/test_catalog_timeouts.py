"""S2.12: what the SDK may take, the function's timeout, and the gateway's patience, in this order."""

from __future__ import annotations

import pytest
from botocore.config import Config

from generator.config import load_environments
from generator.services.catalog import API
from handlers.common.clients import SHORT, SHORTEST

API_GATEWAY_S = 29  # API Gateway quotas, "Integration timeout"
# Calls of each operation at worst: (to DynamoDB, to Secrets Manager). Both versions of the token key are read
# when they are old, once in a request (test_common_secrets). test_catalog_faults counts the calls.
CALLS = {
    "createProduct": (2, 0),
    "deleteProduct": (2, 0),
    "getHealth": (1, 0),
    "getProduct": (1, 0),
    "listProducts": (1, 2),
    "patchProduct": (2, 0),
    "replaceProduct": (2, 0),
}
TIMEOUTS = {
    "the default": API.timeout_s,
    **{name: environment.apis["catalog"].timeout_s for name, environment in load_environments().items()},
}


def budget_s(config: Config) -> float:
    """Seconds of one call at worst: no attempt is answered, and each pause is the longest.

    Source of the pauses: AWS SDKs and Tools Reference Guide, "Retry behavior": up to 1 s, 2 s, 4 s … 20 s.
    """
    attempts: int = config.retries["total_max_attempts"]
    pauses = sum(min(2**number, 20) for number in range(attempts - 1))
    return float(attempts * (config.connect_timeout + config.read_timeout) + pauses)


@pytest.mark.parametrize("operation", CALLS)
@pytest.mark.parametrize("environment", TIMEOUTS)
def test_the_sdk_gives_up_before_lambda_and_lambda_before_api_gateway(
    operation: str, environment: str
) -> None:
    """S2.12, S1.10."""
    tables, secrets = CALLS[operation]
    sdk_s = tables * budget_s(SHORT) + secrets * budget_s(SHORTEST)
    assert sdk_s < TIMEOUTS[environment] < API_GATEWAY_S


def test_retries_are_botocores_standard_ones() -> None:
    """S2.12: whose pauses the sum above knows."""
    for config in (SHORT, SHORTEST):
        assert config.retries["mode"] == "standard"
