"""What a deployment makes of calls that fail at a bad moment, with a CloudFormation that is a fake."""

from __future__ import annotations

from pathlib import Path

import pytest

from generator.deploy import run
from generator.deploy.cloud import ExpiredError, LostError, StackMovedError, UnreachableError
from generator.deploy.outcome import Deployed, NoChange, Planned
from generator.errors import DeployError, StillRunningError

from ..deploy.fakes import FakeCloud
from ..deploy.support import QUEUE, TOPIC, body, committed, console, job, printed

NAME = "dev-us-west-2-items"
DENIED = DeployError("access denied: cloudformation:X", "the caller needs more")


@pytest.fixture
def cloud() -> FakeCloud:
    return FakeCloud()


def test_a_change_set_and_a_shell_that_cannot_be_deleted_are_named(cloud: FakeCloud, tmp_path: Path) -> None:
    one = committed(tmp_path, body({"Topic": TOPIC}))
    out = console()
    cloud.fail("delete_change_set", DENIED)
    cloud.fail("delete_stack", DENIED)
    outcome = run.deploy(job(cloud, one, out=out, plan_only=True))
    assert isinstance(outcome, Planned)
    words = printed(out)
    assert f"left behind: change set {one.change_set_name(1)} of {NAME} (access denied" in words
    assert "aws cloudformation delete-change-set --change-set-name arn:changeSet/" in words
    assert f"left behind: {NAME}, if it is empty and in REVIEW_IN_PROGRESS" in words


def test_what_ended_the_deployment_is_not_hidden_by_what_cannot_be_cleaned_up(
    cloud: FakeCloud, tmp_path: Path
) -> None:
    one = committed(tmp_path, body({"Topic": TOPIC}))
    cloud.fail("change_set", ExpiredError("the AWS credentials have expired", "sign in"))
    cloud.fail("delete_change_set", DENIED)
    with pytest.raises(ExpiredError):
        run.deploy(job(cloud, one))


def test_a_dead_change_set_whose_name_is_met_is_deleted(cloud: FakeCloud, tmp_path: Path) -> None:
    one = committed(tmp_path, body({"Topic": TOPIC}))
    assert isinstance(run.deploy(job(cloud, one)), Deployed)
    cloud.fail("delete_change_set", DENIED, DENIED)
    assert isinstance(run.deploy(job(cloud, one)), NoChange)
    assert [found.status for found, _ in cloud.sets.values()] == ["FAILED"]
    assert isinstance(run.deploy(job(cloud, one)), NoChange)
    assert not cloud.sets


def test_a_change_set_that_could_not_be_executed_is_deleted(cloud: FakeCloud, tmp_path: Path) -> None:
    one = committed(tmp_path, body({"Topic": TOPIC}))
    cloud.fail("execute_change_set", DENIED)
    with pytest.raises(DeployError, match="access denied"):
        run.deploy(job(cloud, one))
    assert not cloud.sets
    assert cloud.stack(NAME) is None


def test_an_execution_that_nobody_can_tell_of_is_left_alone(cloud: FakeCloud, tmp_path: Path) -> None:
    one = committed(tmp_path, body({"Topic": TOPIC}))
    cloud.fail("execute_change_set", LostError("no answer", "run it again"))
    with pytest.raises(StillRunningError, match="no answer") as caught:
        run.deploy(job(cloud, one))
    assert "gen deploy --attach" in caught.value.fix
    assert "delete_change_set" not in cloud.calls


def test_a_look_that_is_refused_during_a_wait_detaches(cloud: FakeCloud, tmp_path: Path) -> None:
    one = committed(tmp_path, body({"Topic": TOPIC}))
    cloud.fail("events", DENIED)
    with pytest.raises(
        StillRunningError, match="access denied: cloudformation:X; the operation on arn:"
    ) as caught:
        run.deploy(job(cloud, one))
    assert caught.value.fix.startswith("the caller needs more (")


def test_a_network_that_is_gone_is_waited_for_when_attaching(cloud: FakeCloud, tmp_path: Path) -> None:
    one = committed(tmp_path, body({"Queue": QUEUE}))
    stack = cloud.put(NAME, "UPDATE_COMPLETE", body({"Topic": TOPIC}))
    cloud.begin(stack, ("UPDATE_IN_PROGRESS", ()), ("UPDATE_COMPLETE", ()))
    cloud.fail("events", UnreachableError("gone"), UnreachableError("gone"))
    assert isinstance(run.deploy(job(cloud, one, allow_replace=frozenset({"Topic"}))), Deployed)


def test_a_stack_that_is_deleted_while_it_is_watched_is_not_running(cloud: FakeCloud, tmp_path: Path) -> None:
    one = committed(tmp_path, body({"Queue": QUEUE}))
    cloud.fail("events", StackMovedError("it is gone"))
    assert isinstance(run.deploy(job(cloud, one)), (Deployed, NoChange))
