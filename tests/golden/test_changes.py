"""What changes in a template when something else changes, and what does not.

A deployment of an API is a snapshot, and a version of a function is too. One that is missing leaves the old
behaviour in place; one too many fails the update, because Lambda publishes nothing where nothing changed.
"""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import msgspec
import pytest

from generator.components.contract import Contract, read_contract
from generator.components.function import Function, function
from generator.components.grant import Grant
from generator.components.key import customer_key
from generator.components.queue import failure_queue
from generator.components.rest_api import rest_api
from generator.components.scope import Scope
from generator.config import Environment, Throttle, WorkerSettings
from generator.paths import HANDLERS
from tests.golden.committed import ENVIRONMENTS, Stack, changed, rendered
from tests.support import ROOT, copy_of_project, gen_process

SCOPE = Scope(prefix="qa-us-west-2-items", tags=(("Owner", "me"),), retain=False, log_retention_days=14)
SIZES = WorkerSettings(memory_mb=256, timeout_s=10)
RATE = Throttle(rate=1, burst=2)


def deployment(stack: Stack) -> str:
    """Logical id of the API's deployment."""
    (title,) = stack.of("ApiGateway::Deployment")
    return title


def versions(stack: Stack) -> dict[str, str]:
    """Description of each function's version."""
    return {title: one["Description"] for title, one in stack.properties("Lambda::Version").items()}


def items(**changes: Any) -> Stack:
    return rendered(changed("prod", **changes), "items")


def resized(**changes: Any) -> Environment:
    """Production with other settings of the items API."""
    settings = msgspec.structs.replace(ENVIRONMENTS["prod"].apis["items"], **changes)
    return changed("prod", apis={"items": settings})


NOW = rendered(ENVIRONMENTS["prod"], "items")


@pytest.mark.parametrize(
    "changes",
    [
        {"allowed_origins": ("https://other.example",)},
        {"suffix": "-blue"},
    ],
    ids=str,
)
def test_the_api_is_deployed_anew_when_what_it_answers_changes(changes: dict[str, Any]) -> None:
    assert deployment(items(**changes)) != deployment(NOW)


@pytest.mark.parametrize(
    "environment",
    [
        changed("prod", owner="other-team", cost_center="CC-2000"),
        changed("prod", waf=False),
        changed("prod", log_retention_days=30),
        changed("prod", notification_email="other@example.com"),
        changed("prod", retain_data=False),
        resized(memory_mb=2048),
        resized(read=Throttle(rate=1, burst=2)),
    ],
    ids=["tags", "web ACL", "log retention", "e-mail", "retention", "memory", "throttle"],
)
def test_the_api_is_not_deployed_anew_for_anything_else(environment: Environment) -> None:
    assert deployment(rendered(environment, "items")) == deployment(NOW)


def contract_with(**changes: Any) -> Contract:
    contract = read_contract(HANDLERS / "items" / "openapi.json")
    first, *others = contract.operations
    return msgspec.structs.replace(contract, operations=(msgspec.structs.replace(first, **changes), *others))


def deployment_of(contract: Contract) -> str:
    key = customer_key(SCOPE, "DataKey")
    api = rest_api(
        SCOPE,
        "RestApi",
        contract=contract,
        reader=made(),
        writer=made(),
        origins=("https://example.com",),
        read=RATE,
        write=RATE,
        encryption=key,
    )
    (found,) = (one.title for one in api.resources if one.resource_type == "AWS::ApiGateway::Deployment")
    assert isinstance(found, str)
    return found


@pytest.mark.parametrize(
    "changes",
    [
        {"open": False},
        {"path": "/things"},
        {"method": "HEAD"},
        {"operation_id": "other"},
        {"parameters": {"method.request.querystring.limit": True}},
        {"body": {"application/json": "ItemInput"}},
    ],
    ids=str,
)
def test_the_api_is_deployed_anew_when_an_operation_of_the_contract_changes(
    changes: dict[str, Any],
) -> None:
    assert deployment_of(contract_with(**changes)) != deployment_of(contract_with())


def test_the_api_is_not_deployed_anew_when_an_operation_counts_as_a_write() -> None:
    """Throttles are the stage's."""
    assert deployment_of(contract_with(throttle="write")) == deployment_of(contract_with())


def made(**changes: Any) -> Function:
    key = customer_key(SCOPE, "DataKey")
    given: dict[str, Any] = {
        "handler": "handlers.items.api.handler",
        "purpose": "Answers",
        "sizes": SIZES,
        "environment": {"MODE": "1"},
        "grants": (),
        "encryption": key,
        "dead_letters": failure_queue(SCOPE, "DeadLetters", encryption=key),
    }
    scope = changes.pop("scope", SCOPE)
    return function(scope, "Api", **{**given, **changes})


def version_of(built: Function) -> str:
    (found,) = (
        one.properties["Description"]
        for one in built.resources
        if one.resource_type == "AWS::Lambda::Version"
    )
    assert isinstance(found, str)
    return found


@pytest.mark.parametrize(
    "changes",
    [
        {"sizes": WorkerSettings(memory_mb=512, timeout_s=10)},
        {"sizes": WorkerSettings(memory_mb=256, timeout_s=11)},
        {"environment": {"MODE": "2"}},
        {"handler": "handlers.items.stream.handler"},
        {"purpose": "Answers otherwise"},
    ],
    ids=str,
)
def test_a_changed_configuration_is_a_new_version(changes: dict[str, Any]) -> None:
    assert version_of(made(**changes)) != version_of(made())


@pytest.mark.parametrize(
    "changes",
    [
        {"scope": msgspec.structs.replace(SCOPE, tags=(("Owner", "someone else"),))},
        {"sizes": WorkerSettings(memory_mb=256, timeout_s=10, reserved_concurrency=7)},
        {"grants": (Grant("Put", ("dynamodb:PutItem",), ("arn:aws:dynamodb:::table/x",)),)},
        {"environment": {"MODE": "1"}},
    ],
    ids=["tags", "reserved concurrency", "grants", "nothing"],
)
def test_what_a_version_does_not_hold_makes_no_new_one(changes: dict[str, Any]) -> None:
    """Lambda publishes nothing then, and CloudFormation fails: 'A version for this function exists'."""
    assert version_of(made(**changes)) == version_of(made())


def test_other_tags_leave_every_version_and_deployment_as_it_is() -> None:
    other = items(owner="other-team", cost_center="CC-2000")
    assert versions(other) == versions(NOW)
    assert deployment(other) == deployment(NOW)
    assert other.text != NOW.text


def test_other_code_leaves_the_templates_as_they_are(tmp_path: Path) -> None:
    """S1.3: its key is a parameter."""
    root = copy_of_project(tmp_path / "project")
    shutil.copytree(ROOT / "templates_out", root / "templates_out")
    for module in ("api", "stream"):
        file = root / "handlers" / "items" / f"{module}.py"
        file.write_text(file.read_text(encoding="utf-8") + "\nCHANGED = True\n", encoding="utf-8")
    run = gen_process("render", "--all-envs", "--check", "--no-lint", root=root)
    assert run.code == 0, run.words


def test_an_account_whose_api_gateway_role_is_someone_elses_gets_none_from_us() -> None:
    stack = rendered(changed("dev", api_gateway_account="unmanaged"), "bootstrap")
    assert not stack.of("ApiGateway::Account", "IAM::Role")


def test_the_notification_address_is_the_only_thing_that_an_address_changes() -> None:
    other = items(notification_email="other@example.com")
    assert other.text.replace("other@example.com", "ops@example.com") == NOW.text


def test_an_environment_without_origins_names_none() -> None:
    """S0.2: no origin is allowed, rather than all."""
    stack = items(allowed_origins=())
    assert "Access-Control-Allow-Origin" not in stack.text
    variables = stack.properties("Lambda::Function")["ApiFunction"]["Environment"]["Variables"]
    assert variables["ALLOWED_ORIGINS"] == ""
