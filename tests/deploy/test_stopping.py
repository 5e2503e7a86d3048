"""Ctrl-C, SIGTERM and a closed terminal in `gen delete`, `gen rollback` and `gen cancel`."""

from __future__ import annotations

import os
import signal
import threading
import time
from dataclasses import replace
from pathlib import Path

import pytest

from generator.deploy import changesets, delete, interrupt, on_request
from generator.deploy.attended import attending
from generator.deploy.cloud import ChangeSet, ChangeSetRequest, Stack
from generator.deploy.job import Tools
from generator.deploy.outcome import Outcome, Skipped, Stopped
from generator.errors import RefusedError, StillRunningError

from .fakes import FakeCloud
from .one_stack import DEV, NAME
from .support import REGION, TOPIC, Person, body, committed, console, job, printed, site, tools
from .test_interrupts import LookingClock, SignalledCloud

WANTED = on_request.Wanted("items", [REGION], 60)


class Stopping(SignalledCloud):
    """A signal comes during the nth call of ``method``, while a person works on one stack."""

    def __init__(self, method: str, nth: int = 1) -> None:
        super().__init__(method, nth)
        self.words = console()

    @property
    def tools(self) -> Tools:
        return replace(tools(self.ticking), stop=self.ticking.stop)

    def act(self, verb: str, folder: Path) -> tuple[Outcome, ...]:
        one = committed(folder, body({"Topic": TOPIC}))
        here = site(DEV, [one], lambda _region: self, out=self.words)
        if verb == "delete":
            return delete.delete(here, [one], tools=self.tools, wish=delete.Wish())
        if verb == "cancel":
            return (on_request.cancel(here, WANTED, tools=self.tools),)
        return (on_request.rollback(here, WANTED, tools=self.tools, continuing=verb == "continue", skip=()),)


STATES = {
    "delete": "CREATE_COMPLETE",
    "cancel": "UPDATE_IN_PROGRESS",
    "rollback": "UPDATE_FAILED",
    "continue": "UPDATE_ROLLBACK_FAILED",
}
STARTS = {
    "delete": "delete_stack",
    "cancel": "cancel_update",
    "rollback": "rollback_stack",
    "continue": "continue_rollback",
}


def error_of(outcome: Outcome) -> object:
    assert isinstance(outcome, Stopped)
    return outcome.error


@pytest.mark.parametrize("verb", STATES)
@pytest.mark.parametrize("method", ["stack", "last_event"])
def test_a_signal_before_anything_has_begun_begins_nothing(tmp_path: Path, verb: str, method: str) -> None:
    cloud = Stopping(method)
    cloud.put(NAME, STATES[verb], body({"Topic": TOPIC}))
    (outcome,) = cloud.act(verb, tmp_path)
    error = error_of(outcome)
    assert isinstance(error, RefusedError)
    assert error.message == "us-west-2/items: interrupted while nothing was running"
    assert f"gen {'rollback' if verb == 'continue' else verb} " in error.fix
    assert STARTS[verb] not in cloud.calls
    assert cloud.get(NAME).status == STATES[verb]


@pytest.mark.parametrize("verb", STATES)
def test_a_signal_when_it_runs_leaves_it_to_cloudformation_and_says_how_to_come_back(
    tmp_path: Path, verb: str
) -> None:
    cloud = Stopping(STARTS[verb])
    cloud.put(NAME, STATES[verb], body({"Topic": TOPIC}))
    (outcome,) = cloud.act(verb, tmp_path)
    error = error_of(outcome)
    assert isinstance(error, StillRunningError)
    assert "goes on in CloudFormation" in error.message
    follows = "gen delete --env dev" if verb == "delete" else "gen deploy --attach --env dev"
    assert follows in error.fix
    assert ("gen cancel" in error.fix) is (verb != "delete")
    assert "next: to follow it: " in printed(cloud.words)


@pytest.mark.parametrize(
    ("status", "method"), [("REVIEW_IN_PROGRESS", "stack"), ("DELETE_FAILED", "resources")]
)
def test_a_signal_during_the_look_at_a_stack_keeps_it_from_being_deleted(
    tmp_path: Path, status: str, method: str
) -> None:
    cloud = Stopping(method)
    cloud.put(NAME, status, body({"Topic": TOPIC}))
    (outcome,) = cloud.act("delete", tmp_path)
    assert isinstance(error_of(outcome), RefusedError)
    assert cloud.get(NAME).status == status
    assert "delete_stack" not in cloud.calls


def test_stacks_whose_turn_had_not_come_are_listed_as_skipped(tmp_path: Path) -> None:
    cloud = Stopping("delete_stack")
    both = [committed(tmp_path, body({"Topic": TOPIC}, service=name)) for name in ("first", "last")]
    for one in both:
        cloud.put(one.gen.stack_name, "CREATE_COMPLETE", one.body)
    here = site(DEV, both, lambda _region: cloud)
    last, first = delete.delete(here, both, tools=cloud.tools, wish=delete.Wish())
    assert isinstance(error_of(last), StillRunningError)
    assert first == Skipped("us-west-2/first", "we stopped waiting before its turn")


@pytest.mark.parametrize("number", interrupt.to_catch())
def test_the_signals_are_heard_while_the_work_waits(number: signal.Signals) -> None:
    before = {one: signal.getsignal(one) for one in interrupt.to_catch()}
    clock = LookingClock()
    given = replace(tools(clock), stop=clock.stop)

    def work(with_tools: Tools) -> str:
        os.kill(os.getpid(), number)
        assert with_tools.stop.wait(5)
        return "done"

    try:
        with attending(given, console()) as attendant:
            assert attendant.do(work, lambda: RefusedError("late")) == "done"
            assert attendant.interrupts.count == 1
    finally:
        # What remains after a signal: the process is about to end.
        for one, handler in before.items():
            signal.signal(one, handler)


def test_a_call_that_hangs_does_not_hold_a_person_who_wants_to_leave(tmp_path: Path) -> None:
    hanging = threading.Event()

    class Hanging(Stopping):
        def stack(self, name: str) -> Stack | None:
            if self.calls.count("stack") == 1:
                self.ticking.stop.set()
                hanging.wait(20)
            return super().stack(name)

    cloud = Hanging("no call")
    cloud.put(NAME, "UPDATE_ROLLBACK_FAILED", body({"Topic": TOPIC}))
    began = time.monotonic()
    try:
        (outcome,) = cloud.act("continue", tmp_path)
    finally:
        hanging.set()
    assert time.monotonic() - began < 6
    assert isinstance(error_of(outcome), StillRunningError | RefusedError)


def test_an_interrupt_takes_back_the_question_of_a_rollback(tmp_path: Path) -> None:
    def ask(_question: str, _word: str) -> bool:
        raise KeyboardInterrupt

    cloud = FakeCloud()
    one = committed(tmp_path, body({"Topic": TOPIC}, Production=True))
    cloud.put(one.gen.stack_name, "UPDATE_FAILED", one.body)
    here = site(DEV, [one], lambda _region: cloud)
    given = replace(tools(cloud.clock), ask=ask)
    outcome = on_request.rollback(here, WANTED, tools=given, continuing=False, skip=())
    assert isinstance(error_of(outcome), RefusedError)
    assert "rollback_stack" not in cloud.calls


def test_a_question_is_asked_by_the_thread_that_hears_signals(tmp_path: Path) -> None:
    threads: list[threading.Thread] = []

    class Watching(Person):
        def ask(self, question: str, word: str) -> bool:
            threads.append(threading.current_thread())
            return super().ask(question, word)

    cloud = FakeCloud()
    one = committed(tmp_path, body({"Topic": TOPIC}, Production=True))
    cloud.put(one.gen.stack_name, "UPDATE_FAILED", one.body)
    here = site(DEV, [one], lambda _region: cloud)
    outcome = on_request.rollback(
        here, WANTED, tools=tools(cloud.clock, Watching()), continuing=False, skip=()
    )
    assert not isinstance(outcome, Stopped)
    assert threads == [threading.current_thread()]


def bug(_tools: Tools) -> str:
    raise ZeroDivisionError("ours")


def test_a_bug_in_the_thread_is_raised_and_not_swallowed() -> None:
    with (
        attending(tools(LookingClock()), console()) as attendant,
        pytest.raises(ZeroDivisionError, match="ours"),
    ):
        attendant.do(bug, lambda: RefusedError("late"))


def test_a_signal_between_attempts_at_a_change_sets_name_ends_them(tmp_path: Path) -> None:
    class Taken(Stopping):
        def create_change_set(self, request: ChangeSetRequest) -> ChangeSet | None:
            self.called("create_change_set")
            return None

    cloud = Taken("create_change_set", 3)
    one = committed(tmp_path, body({"Topic": TOPIC}))
    cloud.put(NAME, "CREATE_COMPLETE", one.body)
    work = replace(job(cloud, one), tools=cloud.tools)
    wanted = changesets.request(work, "UPDATE", one.content, previous={}, alarms=(), minutes=0)
    with pytest.raises(KeyboardInterrupt):
        changesets.first_free(work, wanted)
    assert cloud.calls.count("create_change_set") == 3
