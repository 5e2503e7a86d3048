"""A signal comes while a stack's thread hangs in a call: what is said of it, and with which exit code."""

from __future__ import annotations

import re
import threading
import time
from pathlib import Path

from generator.deploy import graph
from generator.deploy.outcome import Stopped
from generator.errors import GenError, RefusedError, StillRunningError

from .timed import TimedCloud, deploy, real_time, stacks


def abandoned(folder: Path, method: str) -> GenError:
    """How a stack ends whose thread hangs in its first call of ``method`` when the signal comes."""
    hanging = threading.Event()

    class Hanging(TimedCloud):
        def called(self, name: str) -> None:
            super().called(name)
            if name == method and self.calls.count(name) == 1:
                threading.Timer(0.1, given.stop.set).start()
                hanging.wait(20)

    given = real_time()
    began = time.monotonic()
    try:
        (outcome,) = deploy(
            Hanging(latency_s=0.001, tick_s=0.02), stacks(folder, {"a": ()}), given=given
        ).values()
    finally:
        hanging.set()
    assert time.monotonic() - began < graph.GRACE_S + 2
    assert isinstance(outcome, Stopped)
    return outcome.error


def test_a_stack_whose_thread_hangs_in_its_first_look_has_begun_nothing(tmp_path: Path) -> None:
    error = abandoned(tmp_path, "stack")
    assert isinstance(error, RefusedError)
    assert "nothing was begun" in error.message
    assert error.fix == "gen deploy --env dev --region us-west-2 --stack a"


def test_a_change_set_that_may_remain_when_a_thread_hangs_is_named(tmp_path: Path) -> None:
    error = abandoned(tmp_path, "last_event")
    assert isinstance(error, RefusedError)
    assert re.search(
        "nothing was executed, and change set gen-[0-9a-f]{12}-1 of dev-us-west-2-a", error.message
    )


def test_what_has_begun_when_a_thread_hangs_is_left_to_cloudformation(tmp_path: Path) -> None:
    error = abandoned(tmp_path, "execute_change_set")
    assert isinstance(error, StillRunningError)
    assert "what has begun goes on" in error.message
    assert "gen deploy --attach --env dev --region us-west-2 --stack a" in error.fix
