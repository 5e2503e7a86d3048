"""Every call of a deployment with everything that can go wrong: how the run ends, and what a second does.

A cell is run on a stack of its own worker, and leaves it as the next cell needs it: a cell passes only when
the plain second run has finished the work.
"""

from __future__ import annotations

import itertools
import re
import threading
from collections import Counter, deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from generator.deploy import review
from generator.deploy.aws import AwsCloud
from generator.deploy.cloud import Endpoint

from . import proxy
from .life import BUCKET, REGION, Life, Ran
from .proxy import Rule
from .tables import CALLS, PERMISSIONS, TROUBLES, Trouble

WORKERS = 4
RUN_LIMIT_S = 20  # Twice what a run waits; nothing may take longer.
DOCUMENTED = {0, 2, 4, 5, 6, 7}


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


def cells(troubles: Iterable[str], *, first_only: bool) -> tuple[Cell, ...]:
    """Every call with each of these troubles: each time that it is made, or just the first."""
    return tuple(
        Cell(scenario, call, nth, trouble)
        for scenario, calls in CALLS.items()
        for call, count in calls.items()
        for nth in range(1, 2 if first_only else count + 1)
        for trouble in troubles
        if not TROUBLES[trouble].only or call in TROUBLES[trouble].only
    )


class Worker:
    """One stack, brought into the state that a cell needs. A cell that goes wrong costs the stack."""

    services = itertools.count(1)

    def __init__(self, folder: Path, cloud: AwsCloud) -> None:
        self.folder = folder
        self.cloud = cloud
        self.engine = cloud.endpoint.url
        self.begin()

    def begin(self) -> None:
        """A stack that nobody has seen."""
        self.version = 1
        self.exists = False
        self.updated = False
        service = f"r{next(self.services)}"
        (self.folder / service).mkdir()
        self.life = Life(self.folder / service, service, self.cloud)
        self.life.commit(self.version)

    def prepare(self, scenario: str) -> None:
        """Bring the stack into the state that a scenario starts from."""
        wanted = scenario not in {"create", "plan"}
        if wanted and not self.exists:
            expect(self.life.deploy(), "preparing")
        if self.exists and not wanted:
            expect(self.life.delete(), "preparing")
        self.exists = wanted
        if scenario in {"create", "update", "plan"}:
            self.commit()
        # The engine keeps an update's executed change set, whose name the next run therefore meets.
        if scenario == "no change" and not self.updated:
            self.commit()
            expect(self.life.deploy(), "preparing")
        self.updated = scenario in {"update", "no change"}

    def commit(self) -> None:
        """Change the template and the code."""
        self.version += 1
        self.life.commit(self.version)

    def run(self, scenario: str, url: str = "") -> Ran:
        """The command of a scenario."""
        if scenario == "delete":
            return self.life.delete(url)
        if scenario == "plan":
            return self.life.deploy(url, plan_only=True)
        return self.life.deploy(url)

    def clean(self, scenario: str) -> tuple[Ran, Counter[str]]:
        """A run without faults, and how often it made each call."""
        self.prepare(scenario)
        with proxy.proxied(self.engine) as through:
            ran = self.run(scenario, through.url)
        self.exists = scenario not in {"delete", "plan"}
        return ran, Counter(through.calls)

    def cell(self, cell: Cell) -> Result:
        """Run one cell."""
        self.prepare(cell.scenario)
        trouble = TROUBLES[cell.trouble]
        self.life = replace(self.life, patience=trouble.patience)
        with proxy.proxied(self.engine, Rule(cell.call, trouble.fault, cell.nth)) as through:
            first = self.run(cell.scenario, through.url)
        problems = [] if through.faulted else ["the fault never happened"]
        problems += [*self.told(cell, trouble, first), *self.left_behind(trouble, first)]
        # A plan leaves the work to a deployment, which shows that nothing stands in its way.
        second = self.life.deploy() if cell.scenario == "plan" else self.run(cell.scenario)
        if second.code != 0:
            problems.append(f"the second run ended with {second.code}:\n{second.words}")
        self.exists = cell.scenario != "delete"
        problems += self.not_finished()
        # What the engine keeps of an earlier shell would be blamed on the next cell.
        if problems or self.change_sets():
            self.begin()
        return Result(first, second, tuple(problems))

    def told(self, cell: Cell, trouble: Trouble, first: Ran) -> Iterator[str]:
        """What is wrong with the way the run ended."""
        if first.code not in DOCUMENTED:
            yield f"exit {first.code}:\n{first.words}"
        if first.seconds > RUN_LIMIT_S:
            yield f"it took {first.seconds:.0f} s"
        action = PERMISSIONS.get(cell.call, cell.call)
        if first.code and action not in first.words and cell.trouble != "unknown status":
            yield f"exit {first.code} without a word about {action}:\n{first.words}"
        if first.code and not re.search(trouble.says, first.words):
            yield f"exit {first.code} without {trouble.says!r}:\n{first.words}"

    def left_behind(self, trouble: Trouble, first: Ran) -> Iterator[str]:
        """Change sets and the shell of a stack that the output does not name."""
        for name in self.change_sets():
            if name not in first.words:
                yield f"change set {name} left behind in silence:\n{first.words}"
        stack = self.cloud.stack(self.life.stack)
        # A run that was lied to about the status cannot know.
        told = stack is None or stack.status in first.words or bool(trouble.only)
        if stack and stack.status == "REVIEW_IN_PROGRESS" and not told:
            yield f"a stack in REVIEW_IN_PROGRESS left behind in silence:\n{first.words}"

    def change_sets(self, stack_id: str | None = None) -> list[str]:
        """Names of the change sets that have not been executed, of the stack with this id or of any.

        AWS uses an empty shell again; the engine makes another one, and its first one keeps its change sets.
        """
        summaries = self.cloud.cloudformation.list_change_sets(StackName=self.life.stack)["Summaries"]
        return [
            one["ChangeSetName"]
            for one in summaries
            if stack_id in {None, one["StackId"]} and not one["ExecutionStatus"].startswith("EXECUTE")
        ]

    def not_finished(self) -> Iterator[str]:
        """What the stack lacks, or has twice, after the second run."""
        stack = self.cloud.stack(self.life.stack)
        if left := self.change_sets(stack.id if stack else None):
            yield f"change sets left after the second run: {left}"
        wanted = int(self.exists)
        for kind, names in self.inventory().items():
            if len(names) != wanted:
                yield f"{kind}: {names}, not {wanted}"
        if not self.exists:
            if stack is not None:
                yield f"the stack is there, in {stack.status}"
            return
        if stack is None or stack.status not in {"CREATE_COMPLETE", "UPDATE_COMPLETE"}:
            yield f"the stack is {stack.status if stack else 'absent'}"
            return
        if self.cloud.template(stack.id) != self.life.committed():
            yield "the template is not the committed one"
        if not stack.termination_protection:
            yield "no termination protection"
        if not review.same_policy(self.cloud.stack_policy(stack.id), review.stack_policy(())):
            yield "no stack policy"

    def inventory(self) -> dict[str, list[str]]:
        """What is there, by physical names that begin with the stack's."""
        name = self.life.stack
        stacks = self.cloud.cloudformation.describe_stacks()["Stacks"]
        buckets = self.cloud.s3.list_buckets()["Buckets"]
        return {
            "stacks": [one["StackId"] for one in stacks if one["StackName"] == name],
            "buckets": [one["Name"] for one in buckets if one["Name"].startswith(f"{name}-")],
        }


def expect(ran: Ran, what: str) -> None:
    """A step without faults must go through."""
    assert ran.code == 0, f"{what}:\n{ran.words}"


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
                results[cell] = worker.cell(cell)

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
