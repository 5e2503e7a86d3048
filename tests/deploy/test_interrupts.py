"""What ends a run over several stacks before its time: a signal, expired credentials, a bug of ours."""

from __future__ import annotations

import threading
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from generator.deploy import graph
from generator.deploy.cloud import ExpiredError
from generator.deploy.outcome import Skipped, Stopped
from generator.errors import DeployError, RefusedError, StillRunningError

from .fakes import FakeCloud
from .support import console, tools
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


def test_a_stack_whose_thread_does_not_come_back_is_left_to_cloudformation(tmp_path: Path) -> None:
    hanging = threading.Event()

    class Hanging(FakeCloud):
        def stack(self, name: str) -> Any:
            hanging.wait(20)
            return super().stack(name)

    cloud = Hanging()
    given = real_time()
    began = time.monotonic()
    threading.Timer(0.1, given.stop.set).start()
    try:
        outcomes = deploy(cloud, stacks(tmp_path, {"a": ()}), given=given)
    finally:
        hanging.set()
    assert time.monotonic() - began < graph.GRACE_S + 2
    (outcome,) = outcomes.values()
    assert isinstance(outcome, Stopped)
    assert isinstance(outcome.error, StillRunningError)


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
