"""What scanners are told to overlook: little, and each time with a reason on the resource."""

from __future__ import annotations

from typing import Any

import pytest

from tests.golden.committed import COMMITTED, Stack, every_stack

# Suppressions for ten resources, each scanner's notation counted.
MOST = 1.5
systems = pytest.mark.parametrize("stack", [one for one in COMMITTED if one.name != "bootstrap"], ids=str)


def suppressions(resource: dict[str, Any]) -> list[tuple[str, str]]:
    """Rule and reason of each, in the notation of either scanner."""
    metadata = resource.get("Metadata", {})
    return [
        *((one["id"], one["comment"]) for one in metadata.get("checkov", {}).get("skip", [])),
        *((one["id"], one["reason"]) for one in metadata.get("cfn_nag", {}).get("rules_to_suppress", [])),
    ]


@systems
def test_there_are_few_of_them(stack: Stack) -> None:
    found = sum(len(suppressions(one)) for one in stack.resources.values())
    assert 10 * found / len(stack.resources) <= MOST


@every_stack
def test_each_has_a_rule_and_a_sentence(stack: Stack) -> None:
    for title, resource in stack.resources.items():
        assert set(resource.get("Metadata", {})) <= {"checkov", "cfn_nag"}, title
        for rule, reason in suppressions(resource):
            assert rule.strip(), title
            assert len(reason) > 20, title


@every_stack
def test_no_preflight_and_no_function_with_concurrency_of_its_own_needs_one(stack: Stack) -> None:
    """cfn_nag's W59 leaves OPTIONS out by itself; an excuse that nothing asks for hides what comes later."""
    for title, method in stack.of("ApiGateway::Method").items():
        if method["Properties"]["HttpMethod"] == "OPTIONS":
            assert suppressions(method) == [], title
    for title, function in stack.of("Lambda::Function").items():
        excused = {rule for rule, _ in suppressions(function)} & {"CKV_AWS_115", "W92"}
        assert bool(excused) is ("ReservedConcurrentExecutions" not in function["Properties"]), title
