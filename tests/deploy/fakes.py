"""A CloudFormation with scripted timelines, which refuses what AWS refuses."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import wraps
from threading import RLock
from typing import Any, TypeVar

from generator.deploy import template
from generator.deploy.cloud import (
    Alarm,
    Change,
    ChangeSet,
    ChangeSetRequest,
    Endpoint,
    Event,
    Identity,
    Resource,
    Stack,
    StackMovedError,
    Validation,
)
from generator.deploy.cloud_recovery import DeletionMode
from generator.deploy.plan import settled
from generator.errors import DeployError

from .fake_drift import FakeDrift

UPDATABLE = {
    "CREATE_COMPLETE",
    "UPDATE_COMPLETE",
    "UPDATE_ROLLBACK_COMPLETE",
    "IMPORT_COMPLETE",
    "IMPORT_ROLLBACK_COMPLETE",
}
Kind = TypeVar("Kind", bound=type)
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


def one_at_a_time(cls: Kind) -> Kind:
    """A class whose public methods take turns, since the threads of a run share a region's cloud."""

    def taking_turns(method: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(method)
        def call(self: Any, *arguments: Any, **named: Any) -> Any:
            self.travel(method.__name__)
            with self.lock:
                return method(self, *arguments, **named)

        return call

    for name, method in list(vars(cls).items()):
        if callable(method) and not name.startswith("_") and name != "travel":
            setattr(cls, name, taking_turns(method))
    return cls


@one_at_a_time
class FakeCloud(FakeDrift):
    """One region. ``script`` says how the next operations go; without one they succeed."""

    region = "us-west-2"
    endpoint = Endpoint()

    def __init__(self, clock: FakeClock | None = None) -> None:
        self.lock = RLock()
        super().__init__()
        self.clock: FakeClock = clock or FakeClock()
        self.clock.on_tick.append(self.tick)
        self.stacks: list[FakeStack] = []
        self.sets: dict[str, tuple[ChangeSet, ChangeSetRequest]] = {}
        self.scripts: list[list[Tick]] = []
        self.replacements: dict[str, str] = {}
        self.invalid: tuple[Validation, ...] = ()
        self.findings: dict[str, tuple[Validation, ...]] = {}
        self.existing_alarms: dict[str, str] = {}
        self.objects: dict[tuple[str, str], bytes] = {}
        self.full_buckets: set[str] = set()
        self.outside: set[str] = set()  # logical ids of resources that exist in no stack
        self.sent: list[tuple[str, str, Mapping[str, Any]]] = []
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
        if request.adopt:
            for name in self.outside & {change.logical_id for change in changes if change.action == "Add"}:
                if new["Resources"][name].get("DeletionPolicy") not in {"Retain", "RetainExceptOnCreate"}:
                    return replace(found, status="FAILED", reason=f"{name} must have DeletionPolicy Retain")
            changes = tuple(
                replace(change, action="Import") if change.logical_id in self.outside else change
                for change in changes
            )
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
        named = self.by_name(stack)
        known = {stack, named.id if named else stack}
        return tuple(replace(found, changes=()) for found, _ in self.sets.values() if found.stack_id in known)

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
        elif taken := self.taken(found):
            end = "UPDATE_ROLLBACK" if not creates else "ROLLBACK"
            course = [
                (f"{verb}_IN_PROGRESS", ()),
                ("", tuple((name, "CREATE_FAILED", f"physical-{name} already exists") for name in taken)),
                (f"{end}_IN_PROGRESS", ()),
                (f"{end}_COMPLETE", ()),
            ]
        elif denied := self.denied(stack, found):
            course = [
                ("UPDATE_IN_PROGRESS", ()),
                ("", tuple((name, "UPDATE_FAILED", "Action denied by stack policy") for name in denied)),
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

    def taken(self, found: ChangeSet) -> list[str]:
        """Resources that this change set would create although they exist."""
        added = [change.logical_id for change in found.changes if change.action == "Add"]
        return [name for name in added if name in self.outside]

    def denied(self, stack: FakeStack, found: ChangeSet) -> list[str]:
        """Resources that the stack policy does not let this change set replace or delete."""
        statements = json.loads(stack.policy or '{"Statement": []}')["Statement"]
        deny = [one for one in statements if one["Effect"] == "Deny"]
        return [
            change.logical_id
            for change in found.changes
            for statement in deny
            if (change.action == "Remove" or change.replacement != "False")
            and change.action != "Add"
            and change.type in statement["Condition"]["StringEquals"]["ResourceType"]
            and f"LogicalResourceId/{change.logical_id}" not in statement.get("NotResource", [])
        ]

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

    def recent(self, stack: str) -> tuple[Event, ...]:
        self.called("recent")
        return tuple(self.get(stack).events[-100:])

    def validations(self, *, stack: str = "", change_set: str = "") -> tuple[Validation, ...]:
        self.called("validations")
        return self.invalid if change_set else self.findings.get(self.get(stack).id, ())

    def delete_stack(
        self, stack: str, *, token: str, retain: tuple[str, ...] = (), mode: DeletionMode = "STANDARD"
    ) -> None:
        self.called("delete_stack")
        found = self.get(stack)
        if (retain or mode != "STANDARD") and found.status != "DELETE_FAILED":
            raise DeployError(f"Stack [{found.id}] is not in DELETE_FAILED state")
        if set(retain) - set(found.resources):
            raise DeployError(f"Resource(s) {retain} do not exist in stack [{found.id}]")
        if found.protected:
            raise DeployError(f"Stack [{found.id}] cannot be deleted while TerminationProtection is enabled")
        if not settled(found.status) and found.status != "CREATE_IN_PROGRESS":
            raise StackMovedError(f"Stack [{found.id}] is in {found.status} state")
        self.use(token)
        found.after = None
        if found.status == "REVIEW_IN_PROGRESS":
            found.status = "DELETE_COMPLETE"
            return
        behind = set(retain)
        if mode == "FORCE_DELETE_STACK":
            behind |= {name for name, status in found.resources.items() if status == "DELETE_FAILED"}
        names = tuple(
            (name, "DELETE_SKIPPED" if name in behind else "DELETE_COMPLETE", "")
            for name, status in found.resources.items()
            if status != "DELETE_COMPLETE"
        )
        self.run(found, ("DELETE_IN_PROGRESS", ()), ("", names), ("DELETE_COMPLETE", ()))

    def run(self, stack: FakeStack, *course: Tick) -> None:
        """Start an operation: the scripted course of the next one, else this."""
        stack.running = self.scripts.pop(0) if self.scripts else list(course)

    def rollback_stack(self, stack: str, *, token: str) -> None:
        self.called("rollback_stack")
        found = self.get(stack)
        if found.status not in {"CREATE_FAILED", "UPDATE_FAILED"}:
            raise StackMovedError("RollbackStack cannot be called from current stack status")
        self.use(token)
        verb = "UPDATE_ROLLBACK" if found.status == "UPDATE_FAILED" else "ROLLBACK"
        self.run(found, (f"{verb}_IN_PROGRESS", ()), (f"{verb}_COMPLETE", ()))

    def continue_rollback(self, stack: str, *, skip: tuple[str, ...], token: str) -> None:
        self.called("continue_rollback")
        found = self.get(stack)
        if found.status != "UPDATE_ROLLBACK_FAILED":
            raise StackMovedError("ContinueUpdateRollback cannot be called from current stack status")
        if set(skip) - found.stuck:
            raise DeployError(f"Resource(s) {skip} cannot be skipped")
        self.use(token)
        found.stuck -= set(skip)
        skipped = tuple((name, "UPDATE_COMPLETE", "Resource rollback skipped by user") for name in skip)
        course: list[Tick] = [("UPDATE_ROLLBACK_IN_PROGRESS", ()), ("", skipped)]
        if found.stuck:
            failed = tuple((name, "UPDATE_FAILED", "still in the way") for name in sorted(found.stuck))
            course += [("", failed), ("UPDATE_ROLLBACK_FAILED", ())]
        else:
            course += [("UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS", ()), ("UPDATE_ROLLBACK_COMPLETE", ())]
        self.run(found, *course)

    def cancel_update(self, stack: str, *, token: str) -> None:
        self.called("cancel_update")
        found = self.get(stack)
        if found.status != "UPDATE_IN_PROGRESS":
            raise StackMovedError("CancelUpdateStack cannot be called from current stack status")
        self.use(token)
        self.run(found, ("UPDATE_ROLLBACK_IN_PROGRESS", ()), ("UPDATE_ROLLBACK_COMPLETE", ()))

    def unprotect(self, stack: str) -> None:
        self.called("unprotect")
        self.get(stack).protected = False

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

    def call(self, service: str, operation: str, parameters: Mapping[str, Any]) -> Mapping[str, Any]:
        self.called("call")
        self.sent.append((service, operation, parameters))
        return {"items": []} if operation == "get_request_validators" else {"id": "made"}

    def is_empty(self, bucket: str) -> bool:
        self.called("is_empty")
        return bucket not in self.full_buckets

    def empty(self, bucket: str, *, owner: str) -> None:
        self.called("empty")
        assert owner
        self.full_buckets.discard(bucket)
