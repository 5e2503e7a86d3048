"""Every call of a deployment × everything that can go wrong with it: how the run ends, and what a second does.

A cell is run on a stack of its own worker, and leaves it as the next cell needs it: a cell passes only when the
plain second run has finished the work.
"""

from __future__ import annotations

import itertools
import re
import threading
from collections import Counter, deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

from generator.deploy import review
from generator.deploy.aws import AwsCloud, Patience
from generator.deploy.cloud import Endpoint

from . import proxy
from .life import BUCKET, REGION, Life, Ran
from .proxy import Fault, Rule

WORKERS = 4
RUN_LIMIT_S = 20  # Twice what a run waits; nothing may take longer.
DOCUMENTED = {0, 2, 4, 5, 6, 7}
ONCE = Patience(attempts=1, connect_s=2, read_s=10)
TWICE = replace(ONCE, attempts=2)
HASTY = replace(ONCE, read_s=1)
NO_ANSWER = r"no answer from|is not known"
NOT_AWS = r"not an answer of AWS|cannot be read|no answer from"


@dataclass(frozen=True)
class Trouble:
    """A fault, what the output must say where it ends the run, and how patient the run is."""

    fault: Fault
    says: str
    patience: Patience = ONCE
    only: tuple[str, ...] = ()


TROUBLES: Mapping[str, Trouble] = {
    "throttled": Trouble(proxy.refused(400, "Throttling", "Rate exceeded"), "throttles"),
    "500": Trouble(proxy.refused(500, "InternalFailure", "We failed."), "AWS failed"),
    "502": Trouble(proxy.page(502, b"<html><body>Bad Gateway</body></html>"), "AWS failed"),
    "503": Trouble(proxy.refused(503, "ServiceUnavailable", "Busy."), "AWS failed|throttles"),
    "expired": Trouble(proxy.refused(400, "ExpiredToken", "The token has expired."), "expired"),
    "denied": Trouble(proxy.refused(403, "AccessDenied", "You may not."), '"Effect": "Allow", "Action": '),
    "cut before": Trouble(proxy.cut_before, NO_ANSWER),
    "cut after": Trouble(proxy.cut_after, NO_ANSWER),
    "cut after, retried": Trouble(proxy.cut_after, NO_ANSWER, TWICE),
    "too slow": Trouble(proxy.slow(1.3), NO_ANSWER, HASTY),
    "slow": Trouble(proxy.slow(0.3), "nothing, for it must not end the run"),
    "truncated": Trouble(proxy.truncated, NOT_AWS),
    "login page": Trouble(proxy.page(200, b"<html><body>Sign in</body></html>"), NOT_AWS),
    "no XML": Trouble(proxy.page(200, b"\x00garbage"), NOT_AWS),
    "unknown status": Trouble(
        proxy.rewritten(rb"<StackStatus>[A-Z_]+<", b"<StackStatus>FROBNICATED<"),
        "FROBNICATED",
        only=("cloudformation:DescribeStacks",),
    ),
}
NASTIEST = ("throttled", "expired", "cut after", "login page")

# What a run calls, and how often at least, as a clean run records it. Waiting asks more often.
CALLS: Mapping[str, Mapping[str, int]] = {
    "create": {
        "sts:GetCallerIdentity": 1,
        "s3:HeadObject": 1,
        "s3:PutObject": 1,
        "cloudformation:DescribeStacks": 8,
        "cloudformation:CreateChangeSet": 3,
        "cloudformation:ListChangeSets": 1,
        "cloudformation:DescribeChangeSet": 3,
        "cloudformation:DescribeStackEvents": 4,
        "cloudformation:ExecuteChangeSet": 2,
        "cloudformation:ListStackResources": 1,
        "cloudformation:GetTemplate": 2,
        "cloudformation:UpdateTerminationProtection": 1,
        "cloudformation:GetStackPolicy": 2,
        "cloudformation:SetStackPolicy": 1,
    },
    "update": {
        "sts:GetCallerIdentity": 1,
        "s3:HeadObject": 1,
        "s3:PutObject": 1,
        "cloudformation:DescribeStacks": 4,
        "cloudformation:ListStackResources": 2,
        "monitoring:DescribeAlarms": 1,
        "cloudformation:CreateChangeSet": 1,
        "cloudformation:DescribeChangeSet": 1,
        "cloudformation:DescribeStackEvents": 2,
        "cloudformation:ExecuteChangeSet": 1,
        "cloudformation:GetTemplate": 1,
        "cloudformation:GetStackPolicy": 1,
    },
    "no change": {
        "sts:GetCallerIdentity": 1,
        "s3:HeadObject": 1,
        "cloudformation:DescribeStacks": 4,
        "cloudformation:ListStackResources": 2,
        "monitoring:DescribeAlarms": 1,
        "cloudformation:CreateChangeSet": 2,
        "cloudformation:ListChangeSets": 1,
        "cloudformation:DescribeChangeSet": 2,
        "cloudformation:DeleteChangeSet": 1,
        "cloudformation:GetStackPolicy": 1,
    },
    "plan": {
        "sts:GetCallerIdentity": 1,
        "cloudformation:DescribeStacks": 3,
        "cloudformation:CreateChangeSet": 1,
        "cloudformation:DescribeChangeSet": 1,
        "cloudformation:DeleteChangeSet": 1,
        "cloudformation:ListChangeSets": 1,
        "cloudformation:DeleteStack": 1,
    },
    "delete": {
        "sts:GetCallerIdentity": 1,
        "cloudformation:DescribeStacks": 2,
        "cloudformation:GetTemplate": 2,
        "cloudformation:ListStackResources": 4,
        "s3:ListObjectVersions": 1,
        "cloudformation:UpdateTerminationProtection": 1,
        "cloudformation:DescribeStackEvents": 2,
        "cloudformation:DeleteStack": 1,
    },
}
# Asked again until something has happened.
POLLED = {
    "cloudformation:DescribeChangeSet",
    "cloudformation:DescribeStackEvents",
    "cloudformation:DescribeStacks",
}
# The permission that a call needs, where IAM has another name for it than the API.
PERMISSIONS = {
    "s3:HeadObject": "s3:GetObject",
    "s3:ListObjectVersions": "s3:ListBucketVersions",
    "monitoring:DescribeAlarms": "cloudwatch:DescribeAlarms",
}


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
    """Every call × these troubles: each time that it is made, or just the first."""
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
        problems += [*self.told(cell, trouble, first), *self.left_behind(first)]
        # A plan leaves the work to a deployment, which shows that nothing stands in its way.
        second = self.life.deploy() if cell.scenario == "plan" else self.run(cell.scenario)
        if second.code != 0:
            problems.append(f"the second run ended with {second.code}:\n{second.words}")
        self.exists = cell.scenario != "delete"
        problems += self.not_finished()
        if problems:
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

    def left_behind(self, first: Ran) -> Iterator[str]:
        """Change sets and the shell of a stack that the output does not name."""
        for name in self.change_sets():
            if name not in first.words:
                yield f"change set {name} left behind in silence:\n{first.words}"
        stack = self.cloud.stack(self.life.stack)
        if stack and stack.status == "REVIEW_IN_PROGRESS" and stack.status not in first.words:
            yield f"a stack in REVIEW_IN_PROGRESS left behind in silence:\n{first.words}"

    def change_sets(self) -> list[str]:
        """Names of the change sets that have not been executed."""
        summaries = self.cloud.cloudformation.list_change_sets(StackName=self.life.stack)["Summaries"]
        return [one["ChangeSetName"] for one in summaries if not one["ExecutionStatus"].startswith("EXECUTE")]

    def not_finished(self) -> Iterator[str]:
        """What the stack lacks, or has twice, after the second run."""
        if left := self.change_sets():
            yield f"change sets left after the second run: {left}"
        stack = self.cloud.stack(self.life.stack)
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


def prepare_engine(engine: str) -> AwsCloud:
    """The bucket for packages, and a way in without a proxy."""
    cloud = AwsCloud(REGION, Endpoint(engine, "test", "test"))
    where = {"LocationConstraint": REGION}
    cloud.s3.create_bucket(Bucket=BUCKET, CreateBucketConfiguration=where)
    return cloud


def run(wanted: Sequence[Cell], folder: Path, engine: str) -> dict[Cell, Result]:
    """Run the cells, several at a time. Creations and deletions alternate: each leaves what the other needs."""
    cloud = prepare_engine(engine)
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

    try:
        with ThreadPoolExecutor(WORKERS) as pool:
            for done in [pool.submit(work, number) for number in range(WORKERS)]:
                done.result()
    finally:
        cloud.close()
    return results


def alternating(wanted: Sequence[Cell]) -> list[Cell]:
    """Cells that begin without a stack and cells that end without one by turns, then the rest."""
    makes = [cell for cell in wanted if cell.scenario in {"create", "plan"}]
    takes = [cell for cell in wanted if cell.scenario == "delete"]
    pairs = itertools.zip_longest(makes, takes)
    rest = [cell for cell in wanted if cell.scenario not in {"create", "plan", "delete"}]
    return [cell for pair in pairs for cell in pair if cell] + rest
