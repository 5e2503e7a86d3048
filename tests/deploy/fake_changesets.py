"""Change sets of a fake CloudFormation, which refuses what AWS refuses."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from generator.deploy import template
from generator.deploy.cloud import Change, ChangeSet, ChangeSetRequest, StackMovedError
from generator.deploy.plan import settled
from generator.errors import DeployError

from .fake_stacks import FakeClock, FakeStack, FakeStacks, Tick

UPDATABLE = {
    "CREATE_COMPLETE",
    "UPDATE_COMPLETE",
    "UPDATE_ROLLBACK_COMPLETE",
    "IMPORT_COMPLETE",
    "IMPORT_ROLLBACK_COMPLETE",
}


class FakeChangeSets(FakeStacks):
    """What is changed is told by comparing templates."""

    def __init__(self, clock: FakeClock | None = None) -> None:
        super().__init__(clock)
        self.replacements: dict[str, str] = {}
        self.existing_alarms: dict[str, str] = {}
        self.objects: dict[tuple[str, str], bytes] = {}
        self.outside: set[str] = set()  # logical ids of resources that exist in no stack
        self.requests: list[ChangeSetRequest] = []

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
        made = ChangeSet(
            identifier, request.name, stack.id, "CREATE_PENDING", "UNAVAILABLE", created=self.moment()
        )
        self.sets[identifier] = made, replace(request, body=content)
        return made

    def moment(self) -> str:
        """When the newest change set was made."""
        return f"2026-01-01T00:00:00.{len(self.requests):06}+00:00"

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

    def delete_change_set(self, identifier: str) -> None:
        self.called("delete_change_set")
        self.sets.pop(identifier, None)
