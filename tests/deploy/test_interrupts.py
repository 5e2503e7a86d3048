"""What ends a run over several stacks before its time: a signal, expired credentials, a bug of ours."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest

from generator.deploy import interrupt
from generator.deploy.cloud import ChangeSet, ChangeSetRequest, ExpiredError
from generator.deploy.outcome import Outcome, Skipped, Stopped
from generator.errors import DeployError, RefusedError, StillRunningError

from .fakes import FakeClock, FakeCloud
from .support import TABLE, TOPIC, Person, body, committed, console, tools
from .timed import PROD, TimedCloud, deploy, production, real_time, stacks


def test_an_interrupt_reaches_every_stack_at_once(tmp_path: Path) -> None:
    cloud = TimedCloud(latency_s=0.001, tick_s=0.02)
    names = [f"s{number}" for number in range(5)]
    for _ in names:
        cloud.script(*[("CREATE_IN_PROGRESS", ())] * 5000)
    given = real_time()
    threading.Timer(0.4, given.stop.set).start()
    began = time.monotonic()
    out = console()
    outcomes = deploy(
        cloud, stacks(tmp_path, {**dict.fromkeys(names, ()), "later": names}), given=given, out=out
    )
    assert time.monotonic() - began < 2
    for name in names:
        outcome = outcomes[name]
        assert isinstance(outcome, Stopped)
        assert isinstance(outcome.error, StillRunningError)
        assert f"gen deploy --attach --env dev --region us-west-2 --stack {name}" in outcome.error.fix
        assert f"gen cancel {name} --env dev --region us-west-2" in outcome.error.fix
    assert isinstance(outcomes["later"], Skipped)


def test_an_interrupt_before_anything_runs_tidies_up(tmp_path: Path) -> None:
    cloud = TimedCloud(latency_s=0.001, tick_s=1000)
    given = real_time()
    threading.Timer(0.2, given.stop.set).start()
    outcomes = deploy(cloud, stacks(tmp_path, {"a": (), "b": ()}), given=given)
    assert all(isinstance(outcome, Stopped) for outcome in outcomes.values())
    assert all(isinstance(outcome.error, RefusedError) for outcome in outcomes.values())  # type: ignore[union-attr]
    assert cloud.sets == {}


def test_an_interrupt_takes_back_a_question(tmp_path: Path) -> None:
    def ask(_question: str, _word: str) -> bool:
        raise KeyboardInterrupt

    cloud = FakeCloud()
    templates = production(tmp_path, {"a": (), "b": ()})
    outcomes = deploy(cloud, templates, where=PROD, given=replace(tools(cloud.clock), ask=ask))
    assert all(isinstance(outcome, Stopped) for outcome in outcomes.values())
    assert cloud.sets == {}


def test_expired_credentials_stop_the_start_of_others(tmp_path: Path) -> None:
    cloud = FakeCloud()
    cloud.fail("events", ExpiredError("the AWS credentials have expired", "sign in again"))
    outcomes = deploy(cloud, stacks(tmp_path, {"a": (), "b": ()}), at_once=1)
    assert [type(outcome) for outcome in outcomes.values()] == [Stopped, Skipped]


def test_a_bug_in_a_thread_is_raised_and_not_swallowed(tmp_path: Path) -> None:
    cloud = FakeCloud()
    cloud.fail("create_change_set", ZeroDivisionError("ours"))
    with pytest.raises(ZeroDivisionError, match="ours"):
        deploy(cloud, stacks(tmp_path, {"a": (), "b": ("a",)}))


def test_an_error_of_one_stack_is_no_end_of_the_others(tmp_path: Path) -> None:
    cloud = FakeCloud()
    cloud.fail("create_change_set", DeployError("access denied"))
    outcomes = deploy(cloud, stacks(tmp_path, {"a": (), "b": ()}), at_once=1)
    assert sorted(type(outcome).__name__ for outcome in outcomes.values()) == ["Deployed", "Stopped"]


@dataclass
class LookingClock(FakeClock):
    """As the machine's clock: a sleep ends with KeyboardInterrupt once ``stop`` is set."""

    stop: threading.Event = field(default_factory=threading.Event)

    def sleep(self, seconds: float) -> None:
        if self.stop.is_set():
            raise KeyboardInterrupt
        super().sleep(seconds)


class SignalledCloud(FakeCloud):
    """A signal comes during the nth call of ``method``. Change sets are computed at once: nobody sleeps."""

    def __init__(self, method: str, nth: int) -> None:
        self.ticking = LookingClock()
        super().__init__(self.ticking)
        self.method, self.nth = method, nth
        self.begun: list[str] = []  # what was begun after the signal, tidying up left out

    @property
    def signalled(self) -> bool:
        return self.ticking.stop.is_set()

    def called(self, method: str) -> None:
        if self.signalled and method in BEGINS:
            self.begun.append(method)
        super().called(method)
        if method == self.method and self.calls.count(method) == self.nth:
            self.ticking.stop.set()

    def create_change_set(self, request: ChangeSetRequest) -> ChangeSet | None:
        made = super().create_change_set(request)
        for identifier, (found, asked) in list(self.sets.items()):
            if found.status == "CREATE_PENDING":
                self.sets[identifier] = self.compute(found, asked), asked
        return made

    def deploy(self, folder: Path, *, is_there: bool, person: Person | None = None) -> Outcome:
        """One stack of production; ``is_there``: it is updated."""
        (one,) = production(folder, {"a": ()})
        if is_there:
            self.put(one.gen.stack_name, "CREATE_COMPLETE", {"Resources": {}})
        given = replace(tools(self.ticking, person), stop=self.ticking.stop, answered=person is None)
        (outcome,) = deploy(self, [one], where=PROD, given=given).values()
        return outcome


BEGINS = frozenset(
    {
        "cancel_update",
        "continue_rollback",
        "create_change_set",
        "execute_change_set",
        "rollback_stack",
    }
)
# Calls of an update that come before its execution. The first "stack" looks at the stack, the second checks
# it when the change set is there.
BEFORE = [
    ("stack", 1),
    ("stack", 2),
    ("create_change_set", 1),
    ("change_set", 1),
    ("last_event", 1),
]


@pytest.mark.parametrize(("method", "nth"), BEFORE)
@pytest.mark.parametrize("is_there", [True, False])
def test_a_signal_during_a_call_before_the_execution_begins_nothing_more(
    tmp_path: Path, method: str, nth: int, is_there: bool
) -> None:
    cloud = SignalledCloud(method, nth)
    outcome = cloud.deploy(tmp_path, is_there=is_there)
    assert cloud.signalled
    assert isinstance(outcome, Stopped)
    assert isinstance(outcome.error, RefusedError)
    assert cloud.begun == []
    assert cloud.sets == {}
    found = cloud.by_name("dev-us-west-2-a")
    assert (found.status if found else None) == ("CREATE_COMPLETE" if is_there else None)


def test_a_signal_that_comes_with_the_answer_begins_nothing_more(tmp_path: Path) -> None:
    cloud = SignalledCloud("no call", 1)

    class Hasty(Person):
        def ask(self, question: str, word: str) -> bool:
            cloud.ticking.stop.set()
            return super().ask(question, word)

    outcome = cloud.deploy(tmp_path, is_there=True, person=Hasty())
    assert isinstance(outcome, Stopped)
    assert isinstance(outcome.error, RefusedError)
    assert cloud.begun == []
    assert cloud.sets == {}


def test_a_signal_during_the_call_that_executes_leaves_the_operation_to_cloudformation(
    tmp_path: Path,
) -> None:
    cloud = SignalledCloud("execute_change_set", 1)
    outcome = cloud.deploy(tmp_path, is_there=True)
    assert isinstance(outcome, Stopped)
    assert isinstance(outcome.error, StillRunningError)
    assert "gen deploy --attach" in outcome.error.fix
    assert cloud.begun == []


# "template": the comparison that ends the first step. The second calls belong to the second step.
@pytest.mark.parametrize(
    ("method", "nth"),
    [("template", 1), ("create_change_set", 2), ("change_set", 2), ("last_event", 2)],
)
def test_a_signal_between_the_steps_of_a_creation_does_not_execute_the_second(
    tmp_path: Path, method: str, nth: int
) -> None:
    cloud = SignalledCloud(method, nth)
    protected = body({"Table": TABLE}, ProtectLast={"Table": "DeletionProtectionEnabled"})
    given = replace(tools(cloud.ticking), stop=cloud.ticking.stop)
    (outcome,) = deploy(cloud, [committed(tmp_path, protected)], given=given).values()
    assert cloud.signalled
    assert isinstance(outcome, Stopped)
    assert isinstance(outcome.error, StillRunningError)
    assert "before the update that completes it" in outcome.error.message
    assert cloud.begun == []
    assert cloud.sets == {}
    assert cloud.get("dev-us-west-2-items").status == "CREATE_COMPLETE"


@pytest.mark.parametrize("status", ["ROLLBACK_COMPLETE", "UPDATE_FAILED"])
@pytest.mark.parametrize("method", ["stack", "last_event"])
def test_a_signal_before_a_stack_is_cleared_leaves_it_as_it_is(
    tmp_path: Path, method: str, status: str
) -> None:
    cloud = SignalledCloud(method, 1)
    (one,) = stacks(tmp_path, {"a": ()})
    there = cloud.put(one.gen.stack_name, status, {"Resources": {"Topic": TOPIC}})
    given = replace(tools(cloud.ticking), stop=cloud.ticking.stop)
    (outcome,) = deploy(cloud, [one], given=given).values()
    assert isinstance(outcome, Stopped)
    assert isinstance(outcome.error, RefusedError)
    assert there.status == status
    assert cloud.begun == []
    assert "delete_stack" not in cloud.calls


@contextmanager
def hangups(handler: Any) -> Iterator[None]:
    before = signal.signal(signal.SIGHUP, handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGHUP, before)


@pytest.mark.skipif(not hasattr(signal, "SIGHUP"), reason="the platform has no SIGHUP")
def test_a_closed_terminal_is_an_interrupt() -> None:
    stop = threading.Event()
    with hangups(signal.SIG_DFL):
        with interrupt.caught(stop) as found:
            # Else this would end the tests.
            assert signal.getsignal(signal.SIGHUP) == found.note
            os.kill(os.getpid(), signal.SIGHUP)
            assert stop.wait(5)
        assert found.count == 1
        signal.signal(signal.SIGINT, signal.default_int_handler)
        signal.signal(signal.SIGTERM, signal.SIG_DFL)


@pytest.mark.skipif(not hasattr(signal, "SIGHUP"), reason="the platform has no SIGHUP")
def test_a_run_under_nohup_goes_on_when_the_terminal_is_closed() -> None:
    stop = threading.Event()
    with hangups(signal.SIG_IGN), interrupt.caught(stop):
        os.kill(os.getpid(), signal.SIGHUP)
        assert not stop.wait(0.1)
