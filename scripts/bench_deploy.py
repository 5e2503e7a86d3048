"""How close a deployment of many stacks comes to the longest chain of them, on an AWS whose calls take time.

Run it with ``make bench-deploy``. The cloud is the one of the tests: it has CloudFormation's rules, 20 ms a
call and operations of a known length. Wall time of the run is compared with that of the longest chain,
deployed alone.
"""

from __future__ import annotations

import io
import tempfile
import threading
import time
from collections.abc import Mapping
from pathlib import Path

from generator.console import Console
from generator.deploy import environment, order
from generator.deploy.job import Options, Tools
from generator.deploy.outcome import Deployed
from generator.deploy.watch import SystemClock
from tests.deploy.support import site
from tests.deploy.test_environment import DEV
from tests.deploy.timed import TimedCloud, lasting, no_build, stacks

LATENCY_S = 0.02
TICK_S = 0.05
TICKS = 40  # 2 s an operation
INTERVAL_S = 0.05
LIMIT = 1.10
CALLS_A_STACK = 12  # besides one for each look at the events

Graph = Mapping[str, tuple[str, ...]]


def independent(count: int) -> Graph:
    """Stacks that need nothing of each other."""
    return {f"s{number}": () for number in range(count)}


def environment_like(services: int) -> Graph:
    """As an environment of ours: bootstrap, then services, then one that needs two of them."""
    names = tuple(f"service{number}" for number in range(services))
    return {"bootstrap": (), **dict.fromkeys(names, ("bootstrap",)), "edge": names[:2]}


def longest(graph: Graph) -> Graph:
    """The longest chain of ``graph``."""
    best: dict[str, tuple[str, ...]] = {}
    for name, others in graph.items():
        best[name] = (*max((best[other] for other in others), key=len, default=()), name)
    chain = max(best.values(), key=len)
    return {name: chain[number - 1 : number] for number, name in enumerate(chain)}


def run(graph: Graph) -> tuple[float, float]:
    """Seconds, and calls a stack that are no looks, of one deployment."""
    stop = threading.Event()
    number = iter(range(1_000_000))
    given = Tools(
        ask=lambda _question, _word: True,
        clock=SystemClock(stop),
        token=lambda: f"t{next(number)}",
        interval=INTERVAL_S,
        answered=True,
        stop=stop,
    )
    cloud = TimedCloud(latency_s=LATENCY_S, tick_s=TICK_S)
    for _ in graph:
        cloud.script(*lasting(TICKS))
    with tempfile.TemporaryDirectory() as folder:
        selected = order.in_order(stacks(Path(folder), graph))
        here = site(DEV, selected, lambda _region: cloud, out=Console(io.StringIO(), io.StringIO()))
        began = time.monotonic()
        outcomes = environment.deploy(
            here, selected, options=Options(at_once=64), tools=given, build=no_build
        )
        took = time.monotonic() - began
    assert all(isinstance(outcome, Deployed) for outcome in outcomes), outcomes
    looks = cloud.made["events"] + cloud.made["change_set"]
    return took, (sum(cloud.made.values()) - looks) / len(graph)


def main() -> None:
    """Print the table; stop where a promise is broken."""
    print(f"{'graph':<28}{'stacks':>7}{'chain s':>9}{'run s':>8}{'ratio':>7}{'calls':>7}")
    for name, graph in (
        ("independent", independent(2)),
        ("independent", independent(10)),
        ("independent", independent(40)),
        ("bootstrap, services, edge", environment_like(10)),
    ):
        alone, _ = run(longest(graph))
        took, calls = run(graph)
        print(f"{name:<28}{len(graph):>7}{alone:>9.2f}{took:>8.2f}{took / alone:>7.2f}{calls:>7.1f}")
        assert took <= LIMIT * alone, f"more than {LIMIT} of the longest chain"
        assert calls <= CALLS_A_STACK, f"more than {CALLS_A_STACK} calls a stack"


if __name__ == "__main__":
    main()
