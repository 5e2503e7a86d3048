"""A CloudFormation whose calls take real time, small stacks that depend on each other, and runs over them."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec

from generator.deploy import environment, order
from generator.deploy.job import Options, Tools
from generator.deploy.outcome import Outcome
from generator.deploy.template import Template
from generator.deploy.watch import SystemClock

from .fakes import FakeClock, FakeCloud, Tick
from .support import TOPIC, Person, body, committed, site, tools
from .test_environment import DEV

PROD = msgspec.structs.replace(DEV, production=True, account="111122223333")
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


def no_build(_handlers: list[str]) -> Mapping[str, Any]:
    raise AssertionError("nothing is packed here")


def deploy(
    cloud: FakeCloud,
    templates: Iterable[Template],
    *,
    where: Any = DEV,
    person: Person | None = None,
    out: Any = None,
    given: Tools | None = None,
    **options: Any,
) -> dict[str, Outcome]:
    """Outcomes by the stack's name, in their order."""
    selected = order.in_order(list(templates))
    outcomes = environment.deploy(
        site(where, selected, lambda _region: cloud, out=out),
        selected,
        options=Options(**options),
        tools=given or tools(cloud.clock, person),
        build=no_build,
    )
    return {outcome.stack.partition("/")[2]: outcome for outcome in outcomes}


def real_time(**changes: Any) -> Tools:
    stop = threading.Event()
    number = iter(range(1_000_000))
    given = Tools(
        ask=Person().ask,
        clock=SystemClock(stop),
        token=lambda: f"t{next(number)}",
        interval=0.01,
        stop=stop,
    )
    return replace(given, **changes)


def production(folder: Path, graph: Mapping[str, Iterable[str]]) -> list[Template]:
    return [
        committed(
            folder,
            body(
                {"Topic": TOPIC},
                service=name,
                After=[f"us-west-2/{other}" for other in others],
                Production=True,
            ),
        )
        for name, others in graph.items()
    ]
