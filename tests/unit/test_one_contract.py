"""The gateway and the function behind it read the same operations in the same contract."""

from __future__ import annotations

from pathlib import Path

import pytest

from generator.components.contract import read_contract
from generator.paths import HANDLERS
from handlers.common.contract import load_contract

CONTRACTS = sorted(HANDLERS.glob("*/openapi.json"))


@pytest.mark.parametrize("path", CONTRACTS, ids=lambda path: path.parent.name)
def test_gateway_and_function_know_the_same_operations_and_parameters(path: Path) -> None:
    gateway = {
        (one.path, one.method): {
            name.rpartition(".")[2]: required for name, required in one.parameters.items()
        }
        for one in read_contract(path).operations
    }
    function = {
        (template, method): {parameter.name: parameter.required for parameter in operation.parameters}
        for template, methods in load_contract(path).operations.items()
        for method, operation in methods.items()
    }
    assert gateway == function
