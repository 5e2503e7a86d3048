"""A stack that is brought into the state a command needs, and what a command under faults has to leave."""

from __future__ import annotations

import itertools
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from generator.deploy import review
from generator.deploy.aws import AwsCloud, Patience

from . import proxy
from .life import POLL_S, WAIT_S, Life, Ran
from .proxy import Proxy, Rule

CANCELLED_S = 0.2  # for the engine to take in a cancellation
RUN_LIMIT_S = 20  # Twice what a run waits; nothing may take longer.
DOCUMENTED = {0, 2, 3, 4, 5, 6, 7}
COMMANDS: Mapping[str, Callable[[Life, str], Ran]] = {
    "create": lambda life, url: life.deploy(url),
    "update": lambda life, url: life.deploy(url),
    "no change": lambda life, url: life.deploy(url),
    "failed update": lambda life, url: life.deploy(url),
    "plan": lambda life, url: life.deploy(url, plan_only=True),
    "delete": lambda life, url: life.delete(url),
    "rollback": lambda life, url: life.rollback(url),
    "cancel": lambda life, url: life.cancel(url),
    "drift": lambda life, url: life.drift(url),
    "diagnose": lambda life, url: life.diagnose(url),
    "status": lambda life, url: life.status(url),
}
# How a command ends without faults, where that is not 0; cancel: the update was done before, which is a no.
ENDS = {"failed update": {5}, "cancel": {0, 4}}
SOUND = frozenset({"CREATE_COMPLETE", "UPDATE_COMPLETE", "UPDATE_ROLLBACK_COMPLETE"})
LOOKS = frozenset({"drift", "diagnose", "status"})  # They leave everything as it is.


@dataclass(frozen=True)
class Trial:
    """A run under faults, the plain run after it, and what is wrong with what they left."""

    first: Ran
    second: Ran
    through: Proxy
    problems: tuple[str, ...]


class Worker:
    """One stack, brought into the state that a trial needs. A trial that goes wrong costs the stack."""

    services = itertools.count(1)

    def __init__(self, folder: Path, cloud: AwsCloud) -> None:
        self.folder = folder
        self.cloud = cloud
        self.engine = cloud.endpoint.url
        self.slow: Life | None = None
        self.begin()

    def begin(self) -> None:
        """A stack that nobody has seen."""
        self.version = 1
        self.exists = False
        self.updated = False
        self.life = self.current = self.new_life()
        self.life.commit(self.version)

    def new_life(self) -> Life:
        """A stack's name and folder that nothing has used."""
        service = f"r{next(self.services)}"
        (self.folder / service).mkdir()
        return Life(self.folder / service, service, self.cloud)

    def prepare(self, scenario: str) -> None:
        """Bring the stack into the state that a scenario starts from."""
        if scenario == "cancel":
            self.prepare_cancel()
            return
        self.current = self.life
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
        if scenario == "rollback":
            self.fail_without_rollback()
        if scenario == "failed update":
            self.commit()
            self.life.commit(self.version, broken=True)

    def fail_without_rollback(self) -> None:
        """Bring the stack into UPDATE_FAILED."""
        committed = self.life.committed()
        self.life.commit(self.version + 1, broken=True)
        broken = self.life.committed()
        self.life.commit(self.version)
        assert self.life.committed() == committed
        self.life.update_by_hand(broken, on_failure="DO_NOTHING")
        self.life.wait_for(self.life.at_rest)

    def prepare_cancel(self) -> None:
        """An update runs that takes a while. It has a stack of its own."""
        if self.slow is None:
            self.slow = self.new_life()
            self.slow.commit_slow(0)
            expect(self.slow.deploy(), "preparing")
            self.number = 0
        self.current = self.slow
        self.number += 1
        self.slow.commit_slow(self.number)
        self.held = self.slow.hold(self.number)
        self.slow.update_by_hand(self.slow.committed(), on_failure="ROLLBACK")
        begun = self.slow.folder / f"seen-Update-Slow-{self.number}"
        self.slow.wait_for(begun.exists)

    @contextmanager
    def going_on(self, through: Proxy) -> Iterator[None]:
        """What is held goes on when its cancellation was asked for, or when the run has ended."""
        ended = threading.Event()

        def release() -> None:
            while "cloudformation:CancelUpdateStack" not in through.calls and not ended.wait(POLL_S):
                pass
            ended.wait(CANCELLED_S)
            self.held.unlink(missing_ok=True)

        if self.current is not self.slow:
            yield
            return
        thread = threading.Thread(target=release)
        thread.start()
        try:
            yield
        finally:
            ended.set()
            thread.join()

    def commit(self) -> None:
        """Change the template and the code."""
        self.version += 1
        self.life.commit(self.version)

    def run(self, scenario: str, url: str = "") -> Ran:
        """The command of a scenario."""
        return COMMANDS[scenario](self.current, url)

    def clean(self, scenario: str) -> tuple[Ran, Counter[str]]:
        """A run without faults, and how often it made each call."""
        self.prepare(scenario)
        with proxy.proxied(self.engine) as through, self.going_on(through):
            ran = self.run(scenario, through.url)
        if scenario != "cancel":
            self.exists = scenario not in {"delete", "plan"}
        tuple(self.mended(scenario))
        return ran, Counter(through.calls)

    def trial(
        self, scenario: str, rules: Sequence[Rule], patience: Patience, wait_s: float = WAIT_S
    ) -> Trial:
        """Run a scenario's command under ``rules``, then plainly."""
        self.prepare(scenario)
        with proxy.proxied(self.engine, *rules) as through:
            faulty = replace(self.current, patience=patience, wait_s=wait_s)
            with self.going_on(through):
                first = COMMANDS[scenario](faulty, through.url)
        problems = list(self.left_behind(scenario, first, through))
        if first.code not in DOCUMENTED:
            problems.append(f"exit {first.code}:\n{first.words}")
        if first.seconds > RUN_LIMIT_S:
            problems.append(f"it took {first.seconds:.0f} s")
        # A plan leaves the work to a deployment, which shows that nothing stands in its way.
        second = self.life.deploy() if scenario == "plan" else self.run(scenario)
        if second.code not in ENDS.get(scenario, {0}):
            problems.append(f"the second run ended with {second.code}:\n{second.words}")
        if scenario != "cancel":
            self.exists = scenario != "delete"
        problems += [*self.mended(scenario), *self.not_finished()]
        # What the engine keeps of an earlier shell would be blamed on the next trial.
        if problems or self.change_sets():
            if self.current is self.slow:
                self.slow = None
            self.begin()
        return Trial(first, second, through, tuple(problems))

    def mended(self, scenario: str) -> Iterator[str]:
        """Deploy after a command that leaves a stack as it was before; what is wrong with that."""
        if scenario == "failed update":
            self.life.commit(self.version)
        if scenario == "cancel":
            self.current.wait_for(self.current.at_rest)
            assert self.slow is not None
            self.number += 1
            self.slow.commit_slow(self.number)
        if scenario in {"failed update", "cancel", "rollback"}:
            ran = self.current.deploy()
            if ran.code != 0:
                yield f"the next deployment ended with {ran.code}:\n{ran.words}"

    def left_behind(self, scenario: str, first: Ran, through: Proxy) -> Iterator[str]:
        """Change sets and the shell of a stack that the output does not name."""
        for name in self.change_sets():
            if name not in first.words and scenario not in LOOKS:
                yield f"change set {name} left behind in silence:\n{first.words}"
        stack = self.cloud.stack(self.current.stack)
        # A run that was lied to about the status cannot know.
        lied = any(rule.lies for rule in through.befallen)
        told = stack is None or stack.status in first.words or lied
        if stack and stack.status == "REVIEW_IN_PROGRESS" and not told:
            yield f"a stack in REVIEW_IN_PROGRESS left behind in silence:\n{first.words}"

    def change_sets(self, stack_id: str | None = None) -> list[str]:
        """Names of the change sets that have not been executed, of the stack with this id or of any.

        AWS uses an empty shell again; the engine makes another one, and its first one keeps its change sets.
        """
        summaries = self.cloud.cloudformation.list_change_sets(StackName=self.current.stack)["Summaries"]
        return [
            one["ChangeSetName"]
            for one in summaries
            if stack_id in {None, one["StackId"]} and not one["ExecutionStatus"].startswith("EXECUTE")
        ]

    def not_finished(self) -> Iterator[str]:
        """What the stack lacks, or has twice, after the second run."""
        stack = self.cloud.stack(self.current.stack)
        if left := self.change_sets(stack.id if stack else None):
            yield f"change sets left after the second run: {left}"
        wanted = int(self.exists or self.current is self.slow)
        for kind, names in self.inventory().items():
            if len(names) != wanted:
                yield f"{kind}: {names}, not {wanted}"
        if not wanted:
            if stack is not None:
                yield f"the stack is there, in {stack.status}"
            return
        if stack is None or stack.status not in SOUND:
            yield f"the stack is {stack.status if stack else 'absent'}"
            return
        if self.cloud.template(stack.id) != self.current.committed():
            yield "the template is not the committed one"
        if not stack.termination_protection:
            yield "no termination protection"
        if not review.same_policy(self.cloud.stack_policy(stack.id), review.stack_policy(())):
            yield "no stack policy"

    def inventory(self) -> dict[str, list[str]]:
        """What is there, by physical names that begin with the stack's."""
        name = self.current.stack
        stacks = self.cloud.cloudformation.describe_stacks()["Stacks"]
        found = {"stacks": [one["StackId"] for one in stacks if one["StackName"] == name]}
        if self.current is not self.slow:
            buckets = self.cloud.s3.list_buckets()["Buckets"]
            found["buckets"] = [one["Name"] for one in buckets if one["Name"].startswith(f"{name}-")]
        return found


def expect(ran: Ran, what: str) -> None:
    """A step without faults must go through."""
    assert ran.code == 0, f"{what}:\n{ran.words}"
