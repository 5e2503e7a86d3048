"""Every call of a deployment with everything that can go wrong: how the run ends, and what a second does.

A cell is run on a stack of its own worker, and leaves it as the next cell needs it: a cell passes only when
the plain second run has finished the work.
"""

from __future__ import annotations

import itertools
import re
import threading
from collections import deque
from collections.abc import Collection, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from generator.deploy.aws import AwsCloud
from generator.deploy.cloud import Endpoint

from .life import BUCKET, Ran
from .proxy import Rule
from .tables import CALLS, NASTIER, NASTIEST, PERMISSIONS, TROUBLES, Trouble
from .templates import REGION
from .worker import ENDS, Worker

WORKERS = 4


@dataclass(frozen=True)
class Cell:
    """The ``nth`` time of a call in a scenario, and what befalls it (a name in TROUBLES)."""

    scenario: str
    call: str
    nth: int
    trouble: str

    def __str__(self) -> str:
        return f"{self.scenario}-{self.call}-{self.nth}-{self.trouble}".replace(" ", "_")


@dataclass(frozen=True)
class Result:
    """How the run ended, how the plain run after it ended, and what is wrong with that."""

    first: Ran
    second: Ran
    problems: tuple[str, ...]


def cells(troubles: Iterable[str], scenarios: Collection[str] = CALLS) -> tuple[Cell, ...]:
    """Every call of the scenarios with each of these troubles, each time that it is made."""
    return tuple(
        Cell(scenario, call, nth, trouble)
        for scenario, calls in CALLS.items()
        if scenario in scenarios
        for call, count in calls.items()
        for nth in range(1, count + 1)
        for trouble in troubles
        if not TROUBLES[trouble].only or call in TROUBLES[trouble].only
    )


def few() -> tuple[Cell, ...]:
    """The first time of each call with the nastiest faults: what each run of the tests has time for."""
    deploying = ("create", "update", "no change", "plan", "delete")
    others = tuple(name for name in CALLS if name not in deploying)
    chosen = (*cells(NASTIEST, deploying), *cells(NASTIER, others))
    return tuple(cell for cell in chosen if cell.nth == 1)


def cell_on(worker: Worker, cell: Cell) -> Result:
    """Run one cell."""
    trouble = TROUBLES[cell.trouble]
    rule = Rule(cell.call, trouble.fault, cell.nth, lies=bool(trouble.only))
    trial = worker.trial(cell.scenario, [rule], trouble.patience)
    problems = [] if trial.through.faulted else ["the fault never happened"]
    problems += [*told(cell, trouble, trial.first), *trial.problems]
    return Result(trial.first, trial.second, tuple(problems))


def told(cell: Cell, trouble: Trouble, first: Ran) -> Iterator[str]:
    """What is wrong with the words of a run that did not end as it would have without the fault."""
    if first.code in {0, *ENDS.get(cell.scenario, set())}:
        return
    action = PERMISSIONS.get(cell.call, cell.call)
    if action not in first.words and cell.trouble != "unknown status":
        yield f"exit {first.code} without a word about {action}:\n{first.words}"
    if not re.search(trouble.says, first.words):
        yield f"exit {first.code} without {trouble.says!r}:\n{first.words}"


@contextmanager
def prepared(engine: str) -> Iterator[AwsCloud]:
    """A way to the engine without a proxy; the bucket for packages is there."""
    cloud = AwsCloud(REGION, Endpoint(engine, "test", "test"))
    try:
        cloud.s3.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": REGION})
        yield cloud
    finally:
        cloud.close()


def run(wanted: Sequence[Cell], folder: Path, cloud: AwsCloud) -> dict[Cell, Result]:
    """Run the cells, several at a time."""
    waiting = deque(alternating(wanted))
    lock = threading.Lock()
    results: dict[Cell, Result] = {}

    def work(number: int) -> None:
        place = folder / f"worker-{number}"
        place.mkdir()
        worker = Worker(place, cloud)
        while True:
            with lock:
                if not waiting:
                    return
                # Creations and deletions in pairs stay with one worker.
                mine = [waiting.popleft() for _ in range(min(2, len(waiting)))]
            for cell in mine:
                results[cell] = cell_on(worker, cell)

    with ThreadPoolExecutor(WORKERS) as pool:
        for done in [pool.submit(work, number) for number in range(WORKERS)]:
            done.result()
    return results


def alternating(wanted: Sequence[Cell]) -> list[Cell]:
    """Cells that begin without a stack and cells that end without one by turns, then the rest."""
    makes = [cell for cell in wanted if cell.scenario in {"create", "plan"}]
    takes = [cell for cell in wanted if cell.scenario == "delete"]
    pairs = itertools.zip_longest(makes, takes)
    rest = [cell for cell in wanted if cell.scenario not in {"create", "plan", "delete"}]
    return [cell for pair in pairs for cell in pair if cell] + rest
