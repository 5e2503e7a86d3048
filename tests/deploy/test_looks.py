"""The looks of a wait: those that fail, that are about something else, or that tell of nothing."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from generator.deploy import run, watch
from generator.deploy.cloud import ChangeSet, ChangeSetRequest, Event, StackMovedError, UnreachableError
from generator.deploy.cloud import UnreadableError as Unreadable
from generator.deploy.outcome import Deployed, NoChange
from generator.deploy.template import Template
from generator.errors import DeployError, StillRunningError

from .fakes import FakeCloud
from .support import QUEUE, TOPIC, body, committed, console, job, printed

NAME = "dev-us-west-2-items"


@pytest.fixture
def cloud() -> FakeCloud:
    return FakeCloud()


@pytest.fixture
def simple(tmp_path: Path) -> Template:
    return committed(tmp_path, body({"Queue": QUEUE, "Topic": TOPIC}))


class Uncomputed(FakeCloud):
    """CloudFormation never gets done with a change set."""

    def compute(self, found: ChangeSet, _request: ChangeSetRequest) -> ChangeSet:
        return found


def test_a_change_set_that_is_never_ready_is_removed_and_nothing_is_running(simple: Template) -> None:
    cloud = Uncomputed()
    with pytest.raises(DeployError, match="was not ready within 1 minutes; nothing was executed") as caught:
        run.deploy(job(cloud, simple, timeout_minutes=1))
    assert not isinstance(caught.value, StillRunningError)
    assert "--timeout" in caught.value.fix
    assert cloud.sets == {}
    assert cloud.by_name(NAME) is None


def test_a_wait_that_ends_while_nobody_answers_says_so(cloud: FakeCloud, simple: Template) -> None:
    cloud.fail("events", *[UnreachableError("no answer from AWS")] * 1000)
    with pytest.raises(StillRunningError, match="the time to wait is up: no answer from AWS"):
        run.deploy(job(cloud, simple, timeout_minutes=1))


def test_a_change_set_that_nobody_lets_us_see_says_so(cloud: FakeCloud, simple: Template) -> None:
    cloud.fail("change_set", *[UnreachableError("no answer from AWS")] * 61)
    with pytest.raises(DeployError, match=r"within 1 minutes \(no answer from AWS\)"):
        run.deploy(job(cloud, simple, timeout_minutes=1))


def test_answers_about_something_else_do_not_take_the_whole_time(cloud: FakeCloud, simple: Template) -> None:
    cloud.fail("events", *[Unreadable("it is about region eu-west-1, not us-west-2", "look")] * 1000)
    with pytest.raises(StillRunningError, match="it is about region eu-west-1"):
        run.deploy(job(cloud, simple))
    assert cloud.clock.now() < 60


def test_a_few_answers_that_cannot_be_read_are_borne(cloud: FakeCloud, simple: Template) -> None:
    few = [Unreadable("cut")] * (watch.MISREAD_LOOKS - 1)
    cloud.fail("events", *few)
    cloud.fail("change_set", *few)
    assert isinstance(run.deploy(job(cloud, simple)), Deployed)


def test_a_change_set_that_cannot_be_read_is_given_up_and_removed(cloud: FakeCloud, simple: Template) -> None:
    cloud.fail("change_set", *[Unreadable("it is about account 9, not 1")] * 5)
    with pytest.raises(Unreadable):
        run.deploy(job(cloud, simple))
    assert cloud.sets == {}


class Silent(FakeCloud):
    """Its events stay as they were after so many looks: somebody in between remembers old answers."""

    def __init__(self, looks: int) -> None:
        super().__init__()
        self.looks = looks

    def events(self, stack: str, *, after: str | None) -> tuple[Event, ...]:
        found = super().events(stack, after=after)
        return found if self.calls.count("events") <= self.looks else ()


def test_an_operation_whose_last_events_never_come_ends_with_the_stack(simple: Template) -> None:
    cloud = Silent(looks=2)
    assert isinstance(run.deploy(job(cloud, simple)), Deployed)
    assert cloud.clock.now() < 60


def test_an_operation_of_which_no_event_tells_is_decided_again(simple: Template) -> None:
    cloud, out = Silent(looks=0), console()
    assert isinstance(run.deploy(job(cloud, simple, out=out)), NoChange)
    assert "CREATE_COMPLETE, and no event tells why; looking again" in printed(out)


def test_a_long_operation_without_events_is_waited_for(cloud: FakeCloud, simple: Template) -> None:
    cloud.script(("CREATE_IN_PROGRESS", ()), *[("", ())] * 100, ("CREATE_COMPLETE", ()))
    assert isinstance(run.deploy(job(cloud, simple)), Deployed)


def test_each_decision_after_a_stack_moved_waits_longer(cloud: FakeCloud, simple: Template) -> None:
    moved = StackMovedError("somebody was faster")
    cloud.fail("create_change_set", moved, moved, moved)
    with pytest.raises(StackMovedError):
        run.deploy(job(cloud, simple))
    assert cloud.clock.now() == 1 + 2


class Doubling(FakeCloud):
    """Tells each event twice, as when events come in between two pages."""

    def events(self, stack: str, *, after: str | None) -> tuple[Event, ...]:
        return tuple(event for event in super().events(stack, after=after) for _ in range(2))


def test_an_event_that_comes_twice_is_told_once(cloud: FakeCloud, simple: Template) -> None:
    told = []
    for one in (cloud, Doubling()):
        out = console(json_lines=True)
        assert isinstance(run.deploy(job(one, simple, out=out)), Deployed)
        told.append(printed(out).count('"type": "event"'))
    assert told[0] == told[1] > 2


class Astray(FakeCloud):
    """Change sets are said to be of another stack of the same name."""

    def change_set(self, identifier: str) -> ChangeSet | None:
        found = super().change_set(identifier)
        return replace(found, stack_id=found.stack_id + "f") if found else None


def test_a_change_set_of_another_stack_is_not_executed_and_nothing_stays(simple: Template) -> None:
    cloud = Astray()
    with pytest.raises(Unreadable, match="is said to be of"):
        run.deploy(job(cloud, simple))
    assert cloud.sets == {}
    assert cloud.by_name(NAME) is None
