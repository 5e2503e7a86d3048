"""Stacks of a fake CloudFormation: their courses over time, and what can be read of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from generator.deploy.cloud import (
    ChangeSet,
    ChangeSetRequest,
    Event,
    Resource,
    Stack,
    StackMovedError,
    Validation,
)

from .fake_drift import FakeDrift

# A moment of an operation: the stack's new status ("" keeps it); resources' logical id, status and reason.
Tick = tuple[str, tuple[tuple[str, str, str], ...]]


@dataclass
class FakeClock:
    """Time passes when somebody sleeps."""

    time: float = 0
    on_tick: list[Callable[[], None]] = field(default_factory=list)

    def now(self) -> float:
        return self.time

    def sleep(self, seconds: float) -> None:
        assert seconds > 0
        self.time += seconds
        for tick in self.on_tick:
            tick()


@dataclass
class FakeStack:
    """A stack and its history."""

    id: str
    name: str
    status: str
    body: Mapping[str, Any] = field(default_factory=dict)
    parameters: dict[str, str] = field(default_factory=dict)
    tags: Mapping[str, str] = field(default_factory=dict)
    events: list[Event] = field(default_factory=list)
    resources: dict[str, str] = field(default_factory=dict)
    protected: bool = False
    policy: str = ""
    stuck: set[str] = field(default_factory=set)  # what cannot go back while in UPDATE_ROLLBACK_FAILED
    running: list[Tick] = field(default_factory=list)
    after: Callable[[], None] | None = None


class FakeStacks(FakeDrift):
    """``script`` says how the next operations go; without one they succeed."""

    def __init__(self, clock: FakeClock | None = None) -> None:
        super().__init__()
        self.clock: FakeClock = clock or FakeClock()
        self.clock.on_tick.append(self.tick)
        self.stacks: list[FakeStack] = []
        self.sets: dict[str, tuple[ChangeSet, ChangeSetRequest]] = {}
        self.scripts: list[list[Tick]] = []
        self.invalid: tuple[Validation, ...] = ()
        self.findings: dict[str, tuple[Validation, ...]] = {}
        self.calls: list[str] = []
        self.failures: dict[str, list[BaseException]] = {}
        self.tokens: set[str] = set()

    # Control.

    def script(self, *ticks: Tick) -> None:
        """The course of one coming operation."""
        self.scripts.append(list(ticks))

    def fail(self, method: str, *errors: BaseException) -> None:
        """Let the next calls of ``method`` raise."""
        self.failures[method] = list(errors)

    def put(self, name: str, status: str, body: Mapping[str, Any] | None = None, **more: Any) -> FakeStack:
        """A stack that is there already."""
        number = len(self.stacks) + 1
        made = FakeStack(
            f"arn:aws:cloudformation:us-west-2:1:stack/{name}/{number}", name, status, body or {}, **more
        )
        if status != "REVIEW_IN_PROGRESS":
            made.resources = made.resources or dict.fromkeys(
                made.body.get("Resources", {}), "CREATE_COMPLETE"
            )
        self.stacks.append(made)
        self.say(made, made.name, status)
        return made

    def begin(self, stack: FakeStack, *ticks: Tick) -> None:
        """Somebody else starts an operation."""
        stack.running = list(ticks)
        self.step(stack)

    def tick(self) -> None:
        """Time passes in every running operation, and change sets are computed."""
        for stack in self.stacks:
            if stack.running:
                self.step(stack)
        for identifier, (found, request) in list(self.sets.items()):
            if found.status == "CREATE_PENDING":
                self.sets[identifier] = self.compute(found, request), request

    def step(self, stack: FakeStack) -> None:
        status, resources = stack.running.pop(0)
        for logical_id, resource_status, reason in resources:
            stack.resources[logical_id] = resource_status
            self.say(stack, logical_id, resource_status, reason)
        if status:
            stack.status = status
            self.say(stack, stack.name, status)
        if not stack.running and stack.after:
            stack.after()
            stack.after = None

    def say(self, stack: FakeStack, logical_id: str, status: str, reason: str = "") -> None:
        of_stack = logical_id == stack.name
        kind = "AWS::CloudFormation::Stack" if of_stack else "AWS::Test::Resource"
        stack.events.append(
            Event(
                id=f"{stack.id}-{len(stack.events)}",
                logical_id=logical_id,
                type=kind,
                status=status,
                stack_id=stack.id,
                physical_id=stack.id if of_stack else f"physical-{logical_id}",
                reason=reason,
                time="2026-01-01T00:00:00+00:00",
            )
        )

    def travel(self, method: str) -> None:
        """What a call takes before it is its turn."""

    def called(self, method: str) -> None:
        self.calls.append(method)
        if self.failures.get(method):
            raise self.failures[method].pop(0)

    def by_name(self, name: str) -> FakeStack | None:
        """As AWS: a name is the newest stack that is not deleted, an ARN is any."""
        for stack in reversed(self.stacks):
            if stack.id == name or (stack.name == name and stack.status != "DELETE_COMPLETE"):
                return stack
        return None

    def get(self, name: str) -> FakeStack:
        found = self.by_name(name)
        if found is None:
            raise StackMovedError(f"Stack [{name}] does not exist")
        return found

    def compute(self, found: ChangeSet, request: ChangeSetRequest) -> ChangeSet:
        """The change set when CloudFormation is done with it."""
        raise NotImplementedError

    def use(self, token: str) -> None:
        """A token belongs to one operation."""
        assert token not in self.tokens
        self.tokens.add(token)

    def run(self, stack: FakeStack, *course: Tick) -> None:
        """Start an operation: the scripted course of the next one, else this."""
        stack.running = self.scripts.pop(0) if self.scripts else list(course)

    # What can be read.

    def stack(self, name: str) -> Stack | None:
        self.called("stack")
        found = self.by_name(name)
        if found is None:
            return None
        outputs = {
            key: str(value["Value"]) for key, value in found.body.get("Outputs", {}).items() if found.body
        }
        return Stack(
            id=found.id,
            name=found.name,
            status=found.status,
            outputs=outputs,
            parameters=found.parameters,
            termination_protection=found.protected,
            changed=found.events[-1].time,
        )

    def resources(self, stack: str) -> tuple[Resource, ...]:
        self.called("resources")
        found = self.get(stack)
        types = {name: entry["Type"] for name, entry in found.body.get("Resources", {}).items()}
        return tuple(
            Resource(name, types.get(name, "AWS::Test::Resource"), status, f"physical-{name}")
            for name, status in found.resources.items()
        )

    def template(self, stack: str) -> Mapping[str, Any]:
        self.called("template")
        return self.get(stack).body

    def events(self, stack: str, *, after: str | None) -> tuple[Event, ...]:
        self.called("events")
        events = self.get(stack).events
        known = [index for index, event in enumerate(events) if event.id == after]
        return tuple(events[known[0] + 1 :] if known else events)

    def last_event(self, stack: str) -> str | None:
        self.called("last_event")
        events = self.get(stack).events
        return events[-1].id if events else None

    def recent(self, stack: str) -> tuple[Event, ...]:
        self.called("recent")
        return tuple(self.get(stack).events[-100:])

    def validations(self, *, stack: str = "", change_set: str = "") -> tuple[Validation, ...]:
        self.called("validations")
        return self.invalid if change_set else self.findings.get(self.get(stack).id, ())
