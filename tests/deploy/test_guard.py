"""What protects a production stack: set, read back, lifted for what a person named, and back again."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from generator.deploy import review, run
from generator.deploy.cloud import (
    ChangeSet,
    ChangeSetRequest,
    ExpiredError,
    StackMovedError,
    UnreachableError,
)
from generator.deploy.outcome import Deployed, RolledBack
from generator.errors import DeployError, NeedsPersonError, RefusedError, StillRunningError

from .fakes import FakeCloud
from .support import TABLE, TOPIC, body, committed, console, job, printed

NAME = "dev-us-west-2-items"
PRODUCTION: dict[str, Any] = {"Production": True}
FULL = review.stack_policy(())
OTHER = {**TABLE, "Properties": {"TableName": "other"}}
REPLACED = {**TABLE, "Properties": {"TableName": "new"}}


@pytest.fixture
def cloud(tmp_path: Path) -> FakeCloud:
    """A production stack with two tables, deployed."""
    cloud = FakeCloud()
    one = committed(tmp_path, body({"Table": TABLE, "Other": OTHER, "Topic": TOPIC}, **PRODUCTION))
    assert isinstance(run.deploy(job(cloud, one)), Deployed)
    return cloud


def policies_of(cloud: FakeCloud) -> list[str]:
    """The policies that are in force, from now on."""
    seen: list[str] = []

    def look() -> None:
        policy = cloud.get(NAME).policy
        if not seen or seen[-1] != policy:
            seen.append(policy)

    cloud.clock.on_tick.append(look)
    return seen


def test_the_policy_refuses_what_nobody_named(cloud: FakeCloud, tmp_path: Path) -> None:
    changed = body({"Table": REPLACED, "Other": OTHER, "Topic": TOPIC})
    cloud.replacements["Table"] = "True"
    # A deployment of somebody whose templates do not say that this is production.
    outcome = run.deploy(job(cloud, committed(tmp_path, changed), allow_replace=frozenset({"Table"})))
    assert isinstance(outcome, RolledBack)
    assert outcome.cause is not None
    assert outcome.cause.reason == "Action denied by stack policy"


def test_it_yields_to_exactly_what_is_named_and_touched(cloud: FakeCloud, tmp_path: Path) -> None:
    seen = policies_of(cloud)
    changed = committed(tmp_path, body({"Table": REPLACED, "Other": OTHER, "Topic": TOPIC}, **PRODUCTION))
    cloud.replacements["Table"] = "True"
    outcome = run.deploy(job(cloud, changed, allow_replace=frozenset({"Table", "Other", "Elsewhere"})))
    assert isinstance(outcome, Deployed)
    assert seen == [FULL, review.stack_policy(("Table",))]
    assert cloud.get(NAME).policy == FULL


def test_it_is_not_lifted_where_nothing_is_replaced(cloud: FakeCloud, tmp_path: Path) -> None:
    seen = policies_of(cloud)
    changed = committed(tmp_path, body({"Table": TABLE, "Other": OTHER}, **PRODUCTION))
    assert isinstance(run.deploy(job(cloud, changed, allow_replace=frozenset({"Table"}))), Deployed)
    assert seen == [FULL]


def removal(tmp_path: Path) -> Any:
    return committed(tmp_path, body({"Table": TABLE, "Topic": TOPIC}, **PRODUCTION))


def test_it_is_back_after_an_update_that_failed(cloud: FakeCloud, tmp_path: Path) -> None:
    cloud.script(
        ("UPDATE_IN_PROGRESS", ()),
        ("", (("Topic", "UPDATE_FAILED", "no"),)),
        ("UPDATE_ROLLBACK_IN_PROGRESS", ()),
        ("UPDATE_ROLLBACK_COMPLETE", ()),
    )
    outcome = run.deploy(job(cloud, removal(tmp_path), allow_replace=frozenset({"Other"})))
    assert isinstance(outcome, RolledBack)
    assert cloud.get(NAME).policy == FULL


@pytest.mark.parametrize(
    "error", [UnreachableError("no answer"), StackMovedError("OBSOLETE"), RuntimeError("our bug")]
)
def test_it_is_back_when_the_update_could_not_start(
    cloud: FakeCloud, tmp_path: Path, error: Exception
) -> None:
    cloud.fail("execute_change_set", error, error, error)
    with pytest.raises(type(error)):
        run.deploy(job(cloud, removal(tmp_path), allow_replace=frozenset({"Other"})))
    assert cloud.get(NAME).policy == FULL


def test_it_stays_lifted_while_an_update_runs_that_we_left_and_the_next_deploy_restores_it(
    cloud: FakeCloud, tmp_path: Path
) -> None:
    out = console()
    wanted = removal(tmp_path)
    cloud.fail("events", ExpiredError("the AWS credentials have expired", "sign in again"))
    with pytest.raises(StillRunningError):
        run.deploy(job(cloud, wanted, allow_replace=frozenset({"Other"}), out=out))
    assert cloud.get(NAME).policy == review.stack_policy(("Other",))
    assert "the stack policy lets Other be replaced until: gen deploy" in printed(out)
    for _ in range(5):
        cloud.tick()
    run.deploy(job(cloud, wanted))
    assert cloud.get(NAME).policy == FULL


class Deaf(FakeCloud):
    """Takes protection and does not keep it."""

    def protect(self, stack: str) -> None:
        self.called("protect")


class Forgetful(FakeCloud):
    """Takes a policy and does not keep it."""

    def set_stack_policy(self, stack: str, policy: str) -> None:
        self.called("set_stack_policy")


@pytest.mark.parametrize(
    ("kind", "words"),
    [(Deaf, "termination protection is still off"), (Forgetful, "not the one that was set")],
)
def test_protection_that_does_not_hold_is_not_called_done(
    tmp_path: Path, kind: type[FakeCloud], words: str
) -> None:
    one = committed(tmp_path, body({"Table": TABLE}, **PRODUCTION))
    with pytest.raises(NeedsPersonError, match=words):
        run.deploy(job(kind(), one))


PROTECTED = body({"Table": TABLE}, ProtectLast={"Table": "DeletionProtectionEnabled"}, **PRODUCTION)


def refuse_second_step(cloud: FakeCloud, error: BaseException) -> None:
    """Let the change set of the update that completes a creation raise."""
    create = cloud.create_change_set

    def refusing(request: ChangeSetRequest) -> ChangeSet | None:
        if request.type == "UPDATE":
            raise error
        return create(request)

    cloud.create_change_set = refusing  # type: ignore[method-assign]


@pytest.mark.parametrize(
    ("error", "raised"),
    [
        (DeployError("access denied"), DeployError),
        (RefusedError("no"), RefusedError),
        (KeyboardInterrupt(), StillRunningError),
        (RuntimeError("our bug"), RuntimeError),
    ],
)
def test_a_creation_whose_second_step_does_not_come_is_protected_all_the_same(
    tmp_path: Path, error: BaseException, raised: type[BaseException]
) -> None:
    cloud, out = FakeCloud(), console()
    refuse_second_step(cloud, error)
    with pytest.raises(raised):
        run.deploy(job(cloud, committed(tmp_path, PROTECTED), out=out))
    assert cloud.get(NAME).protected
    assert cloud.get(NAME).policy == FULL
    assert "termination protection is on" in printed(out)
    assert (
        "Table.DeletionProtectionEnabled is still off; it is switched on by: gen deploy --env dev "
        "--region us-west-2 --stack items" in printed(out)
    )


def test_protection_that_could_not_be_set_does_not_hide_why_the_second_step_did_not_come(
    tmp_path: Path,
) -> None:
    cloud, out = FakeCloud(), console()
    refuse_second_step(cloud, DeployError("access denied: CreateChangeSet"))
    cloud.fail("set_stack_policy", DeployError("access denied: SetStackPolicy"))
    with pytest.raises(DeployError, match="CreateChangeSet"):
        run.deploy(job(cloud, committed(tmp_path, PROTECTED), out=out))
    assert cloud.get(NAME).protected
    assert (
        "the stack is not fully protected (access denied: SetStackPolicy); that is done by: gen deploy "
        "--env dev --region us-west-2 --stack items" in printed(out)
    )


def test_a_second_step_that_still_runs_leaves_protection_to_the_next_run_and_says_so(tmp_path: Path) -> None:
    cloud, out = FakeCloud(), console()
    cloud.script(("CREATE_IN_PROGRESS", ()), ("CREATE_COMPLETE", ()))
    cloud.script(*[("UPDATE_IN_PROGRESS", ())] * 5000)
    one = committed(tmp_path, PROTECTED)
    with pytest.raises(StillRunningError):
        run.deploy(job(cloud, one, out=out, timeout_minutes=1))
    assert "the stack is not fully protected (it is in UPDATE_IN_PROGRESS); that is done by: gen" in printed(
        out
    )
