"""A CloudFormation whose calls and operations take real time, and many small stacks that depend on each other."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path

from generator.deploy.template import Template

from .fakes import FakeClock, FakeCloud, Tick
from .support import TOPIC, body, committed

REGION = "us-west-2"


class TimedCloud(FakeCloud):
    """Every call takes ``latency_s``; a tick of every running operation comes each ``tick_s``."""

    def __init__(self, *, latency_s: float, tick_s: float) -> None:
        super().__init__(FakeClock())
        self.latency_s = latency_s
        self.tick_s = tick_s
        self.ticked = time.monotonic()
        self.made: Counter[str] = Counter()
        self.depth = 0

    def travel(self, method: str) -> None:
        """Calls of the fake's own methods by one another take no time."""
        if method not in CALLS or self.lock._is_owned():  # type: ignore[attr-defined]
            return
        time.sleep(self.latency_s)
        with self.lock:
            self.made[method] += 1
            while time.monotonic() - self.ticked > self.tick_s:
                self.ticked += self.tick_s
                self.tick()


# What goes over the network.
CALLS = frozenset(
    {
        "alarms",
        "change_set",
        "change_sets",
        "create_change_set",
        "delete_change_set",
        "events",
        "execute_change_set",
        "identity",
        "last_event",
        "recent",
        "resources",
        "stack",
        "stack_policy",
        "template",
    }
)


def lasting(ticks: int) -> tuple[Tick, ...]:
    """A creation of that many ticks."""
    working: list[Tick] = [("", ())] * (ticks - 2)
    return (
        ("CREATE_IN_PROGRESS", ()),
        *working,
        ("CREATE_COMPLETE", (("Topic", "CREATE_COMPLETE", ""),)),
    )


def stacks(folder: Path, graph: Mapping[str, Iterable[str]]) -> list[Template]:
    """Templates by name, each after those it lists."""
    return [
        committed(
            folder,
            body({"Topic": TOPIC}, service=name, After=[f"{REGION}/{other}" for other in others]),
        )
        for name, others in graph.items()
    ]
