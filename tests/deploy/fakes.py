"""A CloudFormation with scripted timelines, which refuses what AWS refuses."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from generator.deploy import template
from generator.deploy.cloud import (
    Alarm,
    Change,
    ChangeSet,
    ChangeSetRequest,
    Event,
    Identity,
    Resource,
    Stack,
    StackMovedError,
    Validation,
)
from generator.deploy.plan import settled
from generator.errors import DeployError

UPDATABLE = {
    "CREATE_COMPLETE",
    "UPDATE_COMPLETE",
    "UPDATE_ROLLBACK_COMPLETE",
    "IMPORT_COMPLETE",
    "IMPORT_ROLLBACK_COMPLETE",
}
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
    running: list[Tick] = field(default_factory=list)
    after: Callable[[], None] | None = None


class FakeCloud:
    """One region. ``script`` says how the next operations go; without one they succeed."""

    region = "us-west-2"

    def __init__(self, clock: FakeClock | None = None) -> None:
        self.clock = clock or FakeClock()
        self.clock.on_tick.append(self.tick)
        self.stacks: list[FakeStack] = []
        self.sets: dict[str, tuple[ChangeSet, ChangeSetRequest]] = {}
        self.scripts: list[list[Tick]] = []
        self.replacements: dict[str, str] = {}
        self.invalid: tuple[Validation, ...] = ()
        self.existing_alarms: dict[str, str] = {}
        self.objects: dict[tuple[str, str], bytes] = {}
        self.full_buckets: set[str] = set()
        self.requests: list[ChangeSetRequest] = []
        self.calls: list[str] = []
        self.failures: dict[str, list[BaseException]] = {}
        self.account = "111122223333"
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

    # The protocol.

    def identity(self) -> Identity:
        self.called("identity")
        return Identity(self.account, f"arn:aws:iam::{self.account}:user/someone")

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

    def create_change_set(self, request: ChangeSetRequest) -> ChangeSet | None:
        self.called("create_change_set")
        stack = self.by_name(request.stack)
        bucket, _, key = request.url.removeprefix("s3://").partition("/")
        content = request.body or self.objects[bucket, key].decode()
        needed = template.capabilities(json.loads(content))
        if set(needed) - set(request.capabilities):
            raise DeployError(f"InsufficientCapabilities: Requires capabilities : [{', '.join(needed)}]")
        if len(request.body.encode()) > 51_200:
            raise DeployError("ValidationError: templateBody must have length less than or equal to 51200")
        if request.type == "CREATE" and stack and stack.status != "REVIEW_IN_PROGRESS":
            raise StackMovedError(f"Stack [{request.stack}] already exists")
        if request.type == "UPDATE" and stack is None:
            raise StackMovedError(f"Stack [{request.stack}] does not exist")
        if request.type == "UPDATE" and stack and stack.status not in UPDATABLE:
            raise StackMovedError(f"Stack:{stack.id} is in {stack.status} state and can not be updated.")
        if stack and any(
            found.name == request.name and found.stack_id == stack.id for found, _ in self.sets.values()
        ):
            return None
        if stack is None:
            stack = self.put(request.stack, "REVIEW_IN_PROGRESS")
        self.requests.append(request)
        identifier = f"arn:changeSet/{request.name}/{len(self.requests)}"
        made = ChangeSet(identifier, request.name, stack.id, "CREATE_PENDING", "UNAVAILABLE")
        self.sets[identifier] = made, replace(request, body=content)
        return made

    def compute(self, found: ChangeSet, request: ChangeSetRequest) -> ChangeSet:
        stack = self.get(found.stack_id)
        if self.invalid:
            return replace(found, status="FAILED", reason="The change set has 1 failed validation")
        new, old = json.loads(request.body), stack.body if request.type == "UPDATE" else {}
        changes = tuple(self.changes(old.get("Resources", {}), new["Resources"]))
        told = {name: value for name, value in request.parameters.items() if value is not None}
        if not changes and told.items() <= stack.parameters.items() and request.tags == stack.tags:
            return replace(
                found,
                status="FAILED",
                reason="The submitted information didn't contain changes. Submit different information to "
                "create a change set.",
            )
        return replace(found, status="CREATE_COMPLETE", execution_status="AVAILABLE", changes=changes)

    def changes(self, old: Mapping[str, Any], new: Mapping[str, Any]) -> list[Change]:
        found = [Change("Add", name, new[name]["Type"]) for name in new if name not in old]
        found += [Change("Remove", name, old[name]["Type"]) for name in old if name not in new]
        found += [
            Change("Modify", name, new[name]["Type"], replacement=self.replacements.get(name, "False"))
            for name in new
            if name in old and new[name] != old[name]
        ]
        return found

    def change_set(self, identifier: str) -> ChangeSet | None:
        self.called("change_set")
        return self.sets[identifier][0] if identifier in self.sets else None

    def change_sets(self, stack: str) -> tuple[ChangeSet, ...]:
        self.called("change_sets")
        return tuple(replace(found, changes=()) for found, _ in self.sets.values() if found.stack_id == stack)

    def execute_change_set(self, identifier: str, *, token: str) -> None:
        self.called("execute_change_set")
        if identifier not in self.sets:
            raise StackMovedError("ChangeSetNotFound")
        found, request = self.sets[identifier]
        stack = self.get(found.stack_id)
        if found.execution_status != "AVAILABLE" or not settled(stack.status):
            raise StackMovedError(f"InvalidChangeSetStatus: {identifier} is {found.execution_status}")
        self.use(token)
        for other, (entry, _) in list(self.sets.items()):
            if entry.stack_id == stack.id:
                del self.sets[other]
        creates = request.type == "CREATE"
        missing = [alarm.name for alarm in request.alarms if alarm.name not in self.existing_alarms]
        verb = "CREATE" if creates else "UPDATE"
        names = tuple((name, f"{verb}_COMPLETE", "") for name in json.loads(request.body)["Resources"])
        course: list[Tick] = [(f"{verb}_IN_PROGRESS", ()), ("", names), (f"{verb}_COMPLETE", ())]
        if missing:
            course = [
                (f"{verb}_IN_PROGRESS", ()),
                ("UPDATE_ROLLBACK_IN_PROGRESS", ()),
                ("UPDATE_ROLLBACK_COMPLETE", ()),
            ]
        elif self.scripts:
            course = self.scripts.pop(0)
        before = stack.body, dict(stack.parameters), stack.tags
        stack.body = json.loads(request.body)
        stack.parameters |= {name: value for name, value in request.parameters.items() if value is not None}
        stack.tags = request.tags

        def finish() -> None:
            if "ROLLBACK" in stack.status:
                stack.body, stack.parameters, stack.tags = before

        stack.running, stack.after = course, finish

    def use(self, token: str) -> None:
        """A token belongs to one operation."""
        assert token not in self.tokens
        self.tokens.add(token)

    def delete_change_set(self, identifier: str) -> None:
        self.called("delete_change_set")
        self.sets.pop(identifier, None)

    def events(self, stack: str, *, after: str | None) -> tuple[Event, ...]:
        self.called("events")
        events = self.get(stack).events
        known = [index for index, event in enumerate(events) if event.id == after]
        return tuple(events[known[0] + 1 :] if known else events)

    def last_event(self, stack: str) -> str | None:
        self.called("last_event")
        events = self.get(stack).events
        return events[-1].id if events else None

    def validations(self, *, stack: str = "", change_set: str = "") -> tuple[Validation, ...]:
        self.called("validations")
        return self.invalid if change_set else ()

    def delete_stack(self, stack: str, *, token: str) -> None:
        self.called("delete_stack")
        found = self.get(stack)
        if found.protected:
            raise DeployError(f"Stack [{found.id}] cannot be deleted while TerminationProtection is enabled")
        if not settled(found.status):
            raise StackMovedError(f"Stack [{found.id}] is in {found.status} state")
        self.use(token)
        if found.status == "REVIEW_IN_PROGRESS":
            found.status = "DELETE_COMPLETE"
            return
        names = tuple((name, "DELETE_COMPLETE", "") for name in found.resources)
        done: list[Tick] = [("DELETE_IN_PROGRESS", ()), ("", names), ("DELETE_COMPLETE", ())]
        found.running = self.scripts.pop(0) if self.scripts else done

    def rollback_stack(self, stack: str, *, token: str) -> None:
        self.called("rollback_stack")
        self.use(token)
        self.get(stack).running = [("UPDATE_ROLLBACK_IN_PROGRESS", ()), ("UPDATE_ROLLBACK_COMPLETE", ())]

    def protect(self, stack: str) -> None:
        self.called("protect")
        self.get(stack).protected = True

    def stack_policy(self, stack: str) -> str:
        self.called("stack_policy")
        return self.get(stack).policy

    def set_stack_policy(self, stack: str, policy: str) -> None:
        self.called("set_stack_policy")
        self.get(stack).policy = policy

    def alarms(self, names: tuple[str, ...]) -> tuple[Alarm, ...]:
        self.called("alarms")
        return tuple(
            Alarm(name, self.existing_alarms[name], "AWS::CloudWatch::Alarm")
            for name in names
            if name in self.existing_alarms
        )

    def uploaded(self, *, bucket: str, key: str, owner: str, sha256: str) -> bool:
        self.called("uploaded")
        assert owner == self.account
        return (bucket, key) in self.objects

    def upload(self, *, bucket: str, key: str, owner: str, body: bytes, sha256: str) -> None:
        self.called("upload")
        assert (bucket, key) not in self.objects, "a content-addressed object is never overwritten"
        self.objects[bucket, key] = body

    def object_url(self, *, bucket: str, key: str) -> str:
        return f"s3://{bucket}/{key}"

    def is_empty(self, bucket: str) -> bool:
        self.called("is_empty")
        return bucket not in self.full_buckets
