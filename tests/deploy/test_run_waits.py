"""Waiting, others at the same moment, and interrupts while one stack is deployed."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from generator.deploy import changesets, run
from generator.deploy.cloud import Stack, StackMovedError, UnreachableError, Validation
from generator.deploy.outcome import Deployed, NoChange
from generator.deploy.template import Template
from generator.errors import StillRunningError

from .fakes import FakeCloud
from .support import QUEUE, TOPIC, body, committed, console, job, printed

NAME = "dev-us-west-2-items"


@pytest.fixture
def cloud() -> FakeCloud:
    return FakeCloud()


@pytest.fixture
def simple(tmp_path: Path) -> Template:
    return committed(tmp_path, body({"Queue": QUEUE, "Topic": TOPIC}))


def test_a_second_deploy_changes_nothing_and_leaves_no_change_set(cloud: FakeCloud, simple: Template) -> None:
    run.deploy(job(cloud, simple))
    assert run.deploy(job(cloud, simple)) == NoChange("us-west-2/items", {})
    assert cloud.sets == {}
    assert cloud.calls.count("execute_change_set") == 1


def test_each_event_is_told_once(cloud: FakeCloud, simple: Template) -> None:
    out = console(json_lines=True)
    run.deploy(job(cloud, simple, out=out))
    records = [json.loads(line) for line in out.results.getvalue().splitlines()]  # type: ignore[attr-defined]
    told = [(record["logical_id"], record["status"]) for record in records if record["type"] == "event"]
    assert told == [
        (NAME, "CREATE_IN_PROGRESS"),
        ("Queue", "CREATE_COMPLETE"),
        ("Topic", "CREATE_COMPLETE"),
        (NAME, "CREATE_COMPLETE"),
    ]


def test_deploy_follows_a_running_operation_and_then_decides_again(
    cloud: FakeCloud, simple: Template
) -> None:
    stack = cloud.put(NAME, "CREATE_COMPLETE", body({"Topic": TOPIC}))
    cloud.begin(
        stack,
        ("UPDATE_IN_PROGRESS", ()),
        ("UPDATE_COMPLETE_CLEANUP_IN_PROGRESS", ()),
        ("UPDATE_COMPLETE", ()),
    )
    assert run.deploy(job(cloud, simple)) == Deployed("us-west-2/items", "UPDATE_COMPLETE", {})
    assert stack.body == simple.body


def test_deploy_follows_a_deletion_and_then_creates(cloud: FakeCloud, simple: Template) -> None:
    stack = cloud.put(NAME, "CREATE_COMPLETE", simple.body)
    cloud.begin(stack, ("DELETE_IN_PROGRESS", ()), ("DELETE_COMPLETE", ()))
    assert run.deploy(job(cloud, simple)) == Deployed("us-west-2/items", "CREATE_COMPLETE", {})


def test_a_stack_that_moves_under_us_is_read_again_three_times_at_most(
    cloud: FakeCloud, simple: Template
) -> None:
    moved = StackMovedError("somebody was faster")
    cloud.fail("create_change_set", moved, moved)
    assert isinstance(run.deploy(job(cloud, simple)), Deployed)
    cloud.fail("create_change_set", moved, moved, moved)
    with pytest.raises(StackMovedError):
        run.deploy(job(cloud, simple))


def test_an_obsolete_change_set_is_deleted_and_made_again(
    cloud: FakeCloud, tmp_path: Path, simple: Template
) -> None:
    run.deploy(job(cloud, simple))
    changed = committed(tmp_path, body({"Queue": QUEUE}))
    cloud.fail("execute_change_set", StackMovedError("InvalidChangeSetStatus: OBSOLETE"))
    assert isinstance(run.deploy(job(cloud, changed)), Deployed)
    assert cloud.calls.count("delete_change_set") == 1
    assert [request.name[-2:] for request in cloud.requests] == ["-1", "-1", "-1"]
    assert not cloud.sets


def test_two_deploys_at_once_do_not_share_a_change_set(
    cloud: FakeCloud, tmp_path: Path, simple: Template
) -> None:
    run.deploy(job(cloud, simple))
    changed = committed(tmp_path, body({"Queue": QUEUE}))
    other = changesets.request(
        job(cloud, changed), "UPDATE", changed.content, previous={}, alarms=(), minutes=0
    )
    changesets.first_free(job(cloud, changed), other)
    assert isinstance(run.deploy(job(cloud, changed)), Deployed)
    assert cloud.requests[-1].name.endswith("-2")


def test_the_wait_has_an_end_and_says_how_to_come_back(cloud: FakeCloud, simple: Template) -> None:
    cloud.script(*[("CREATE_IN_PROGRESS", ())] * 200)
    with pytest.raises(StillRunningError) as caught:
        run.deploy(job(cloud, simple, timeout_minutes=1))
    assert "gen cancel items --env dev" in caught.value.fix
    assert cloud.clock.now() <= 62


def test_a_lost_network_is_waited_for(cloud: FakeCloud, simple: Template) -> None:
    cloud.fail("events", *[UnreachableError("no answer")] * 5)
    cloud.fail("change_set", UnreachableError("no answer"))
    assert isinstance(run.deploy(job(cloud, simple)), Deployed)


def test_an_interrupt_while_cloudformation_works_detaches(cloud: FakeCloud, simple: Template) -> None:
    cloud.fail("events", KeyboardInterrupt())
    with pytest.raises(StillRunningError) as caught:
        run.deploy(job(cloud, simple))
    assert caught.value.message.startswith("detached")
    cloud.tick()
    assert cloud.get(NAME).status == "CREATE_IN_PROGRESS"


def test_an_interrupt_before_execution_leaves_nothing_behind(cloud: FakeCloud, simple: Template) -> None:
    cloud.fail("change_set", KeyboardInterrupt())
    with pytest.raises(KeyboardInterrupt):
        run.deploy(job(cloud, simple))
    assert cloud.sets == {}
    assert cloud.by_name(NAME) is None


def test_a_shell_is_used_again_and_its_failed_change_sets_go(cloud: FakeCloud, simple: Template) -> None:
    cloud.invalid = (Validation("Queue", "PROPERTY_VALIDATION", "wrong"),)
    wanted = changesets.request(
        job(cloud, simple), "CREATE", simple.content, previous={}, alarms=(), minutes=0
    )
    changesets.first_free(job(cloud, simple), wanted)
    cloud.tick()
    cloud.invalid = ()
    shell = cloud.get(NAME)
    assert isinstance(run.deploy(job(cloud, simple)), Deployed)
    assert cloud.get(NAME).id == shell.id
    assert cloud.requests[-1].name.endswith("-1")


def test_of_two_deploys_at_once_one_wins_and_the_other_follows_it(
    cloud: FakeCloud, tmp_path: Path, simple: Template
) -> None:
    run.deploy(job(cloud, simple))
    stack = cloud.get(NAME)
    changed = committed(tmp_path, body({"Queue": QUEUE}))

    def theirs() -> None:
        if "execute_change_set" in cloud.calls[started:] and not stack.running and stack.body != changed.body:
            stack.body = changed.body
            cloud.begin(stack, ("UPDATE_IN_PROGRESS", ()), ("UPDATE_COMPLETE", ()))

    started = len(cloud.calls)
    cloud.fail("execute_change_set", StackMovedError("InvalidChangeSetStatus: OBSOLETE"))
    cloud.clock.on_tick.append(theirs)
    out = console()
    assert run.deploy(job(cloud, changed, out=out)) == NoChange("us-west-2/items", {})
    assert "looking again" in printed(out)
    assert "UPDATE_IN_PROGRESS: somebody's operation is running; following it" in printed(out)


class Lagging(FakeCloud):
    """DescribeStacks tells the end a moment later than the events do."""

    lag = 3

    def stack(self, name: str) -> Stack | None:
        found = super().stack(name)
        if found and found.status == "CREATE_COMPLETE" and self.lag:
            self.lag -= 1
            return replace(found, status="CREATE_IN_PROGRESS")
        return found


def test_a_status_that_lags_behind_the_events_is_waited_for(simple: Template) -> None:
    cloud = Lagging()
    assert run.deploy(job(cloud, simple)) == Deployed("us-west-2/items", "CREATE_COMPLETE", {})
    assert cloud.lag == 0
