"""Nested stacks: what changes in them is shown, and consented to, like what changes in their parent."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from generator.deploy import answers, changesets, nested, run
from generator.deploy.cloud import Change, ChangeSet, ChangeSetRequest, Endpoint, StackMovedError
from generator.deploy.outcome import Deployed, NoChange, Outcome, Planned, RolledBack
from generator.deploy.template import capabilities
from generator.errors import DeployError, RefusedError, UsageError

from .fakes import FakeCloud
from .one_stack import DEV
from .support import TOPIC, body, committed, console, job, printed, site

NAME = "dev-us-west-2-items"
CHILD = "AWS::CloudFormation::Stack"
TABLE = "AWS::DynamoDB::Table"
NO_CHANGES = "The submitted information didn't contain changes."


def stack(version: int) -> dict[str, Any]:
    return {"Type": CHILD, "Properties": {"TemplateURL": f"https://s3/{version}.json"}}


class Nesting(FakeCloud):
    """Makes change sets of nested stacks too, where it is asked to. ``inside`` holds what changes in them.

    What is in a stack that is nested in a nested one has that one's name and a slash before it.
    """

    def __init__(self, **inside: tuple[Change, ...]) -> None:
        super().__init__()
        self.inside = {name.replace("__", "/"): changes for name, changes in inside.items()}
        self.failed = ""  # why the change set of every nested stack fails
        self.keeps_children = False

    def compute(self, found: ChangeSet, request: ChangeSetRequest) -> ChangeSet:
        made = super().compute(found, request)
        if not request.nested or made.status == "FAILED":
            return made
        children = [change for change in made.changes if change.type == CHILD and change.action == "Modify"]
        if children and self.failed:
            child = self.child(made, request, children[0], "")
            self.sets[child.change_set] = (
                replace(self.sets[child.change_set][0], status="FAILED", reason=self.failed),
                request,
            )
            reason = (
                f"Nested change set {child.change_set} was not successfully created: Currently in FAILED."
            )
            return replace(made, status="FAILED", execution_status="UNAVAILABLE", reason=reason, changes=())
        return replace(made, changes=self.with_ids(made, request, made.changes, ""))

    def with_ids(
        self, root: ChangeSet, request: ChangeSetRequest, changes: tuple[Change, ...], prefix: str
    ) -> tuple[Change, ...]:
        return tuple(
            self.child(root, request, change, prefix)
            if change.type == CHILD and change.action == "Modify"
            else change
            for change in changes
        )

    def child(self, root: ChangeSet, request: ChangeSetRequest, change: Change, prefix: str) -> Change:
        name = f"{prefix}{change.logical_id}"
        identifier = f"{root.id}/{name}"
        inner = self.with_ids(root, request, self.inside.get(name, ()), f"{name}/")
        stack_id = f"arn:aws:cloudformation:us-west-2:1:stack/{NAME}-{name.replace('/', '-')}-ABC/1"
        self.sets[identifier] = (
            ChangeSet(identifier, root.name, stack_id, "CREATE_COMPLETE", "AVAILABLE", changes=inner),
            request,
        )
        return replace(change, change_set=identifier)

    def delete_change_set(self, identifier: str) -> None:
        super().delete_change_set(identifier)
        if not self.keeps_children:
            for one in [one for one in self.sets if one.startswith(f"{identifier}/")]:
                del self.sets[one]


def deploy(cloud: FakeCloud, folder: Path, **options: Any) -> Outcome:
    """Update a stack with one nested stack, whose template is another one now."""
    if cloud.by_name(NAME) is None:
        cloud.put(NAME, "CREATE_COMPLETE", body({"Child": stack(1), "Topic": TOPIC}))
    return run.deploy(job(cloud, committed(folder, body({"Child": stack(2), "Topic": TOPIC})), **options))


REPLACED = Change("Modify", "Table", TABLE, replacement="True")


def test_change_sets_of_nested_stacks_are_asked_for_where_a_template_has_some(tmp_path: Path) -> None:
    cloud = Nesting()
    assert isinstance(deploy(cloud, tmp_path), Deployed)
    assert cloud.requests[-1].nested
    arguments = answers.create_arguments(cloud.requests[-1])
    assert arguments["IncludeNestedStacks"] is True
    run.deploy(job(FakeCloud(), one := committed(tmp_path / "flat", body({"Topic": TOPIC}))))
    assert not changesets.request(
        job(cloud, one), "UPDATE", one.content, previous={}, alarms=(), minutes=0
    ).nested


def test_a_change_of_a_nested_stack_names_its_change_set() -> None:
    told = {"Action": "Modify", "LogicalResourceId": "Child", "ResourceType": CHILD, "ChangeSetId": "arn:x"}
    assert answers.change(told).change_set == "arn:x"


def test_capabilities_cover_what_is_in_nested_stacks() -> None:
    assert capabilities(body({"Child": stack(1)})) == ("CAPABILITY_NAMED_IAM",)


def test_what_changes_in_nested_stacks_is_shown_with_their_names(tmp_path: Path) -> None:
    cloud = Nesting(
        Child=(Change("Modify", "Inner", CHILD), Change("Add", "Queue", "AWS::SQS::Queue")),
        Child__Inner=(Change("Modify", "Role", "AWS::IAM::Role", replacement="False"),),
    )
    out = console()
    outcome = deploy(cloud, tmp_path, plan_only=True, out=out)
    assert isinstance(outcome, Planned)
    names = [change.logical_id for change in outcome.changes]
    assert names == ["Child", "Child/Inner", "Child/Inner/Role", "Child/Queue"]
    assert "+ Child/Queue  AWS::SQS::Queue" in printed(out)
    assert cloud.sets == {}


@pytest.mark.parametrize("change", [REPLACED, Change("Remove", "Table", TABLE)])
def test_data_in_a_nested_stack_is_replaced_or_removed_only_when_it_is_named(
    tmp_path: Path, change: Change
) -> None:
    cloud = Nesting(Child=(Change("Modify", "Inner", CHILD),), Child__Inner=(change,))
    with pytest.raises(RefusedError, match="Child/Inner/Table holds data") as refused:
        deploy(cloud, tmp_path)
    assert refused.value.fix.endswith("--allow-replace Child/Inner/Table")
    assert cloud.sets == {}
    assert isinstance(deploy(cloud, tmp_path, allow_replace=frozenset({"Child/Inner/Table"})), Deployed)


def test_the_stack_policy_has_no_name_for_what_is_in_a_nested_stack(tmp_path: Path) -> None:
    cloud = Nesting(Child=(REPLACED,))
    template = {"Child": stack(1), "Topic": TOPIC}
    assert isinstance(run.deploy(job(cloud, committed(tmp_path, body(template, Production=True)))), Deployed)
    template["Child"] = stack(2)
    out = console()
    one = committed(tmp_path, body(template, Production=True))
    run.deploy(job(cloud, one, out=out, allow_replace=frozenset({"Child/Table"})))
    assert "Child/Table" not in cloud.get(NAME).policy
    assert "lets this update" not in printed(out)


def test_a_person_may_name_what_is_in_a_nested_stack_and_nothing_else(tmp_path: Path) -> None:
    from generator.deploy import environment

    cloud = Nesting()
    one = committed(tmp_path, body({"Child": stack(1)}))
    here = site(DEV, [one], lambda _region: cloud)
    environment.check_replaceable(here, [one], {"Child/Table", "Child"})
    with pytest.raises(UsageError, match="--allow-replace Chidl/Table"):
        environment.check_replaceable(here, [one], {"Chidl/Table"})


def test_nested_change_sets_that_an_engine_leaves_are_deleted_one_by_one(tmp_path: Path) -> None:
    cloud = Nesting(Child=(REPLACED,))
    cloud.keeps_children = True
    with pytest.raises(RefusedError):
        deploy(cloud, tmp_path)
    assert cloud.sets == {}


def test_a_nested_change_set_that_failed_gives_the_reason(tmp_path: Path) -> None:
    cloud = Nesting()
    cloud.failed = "Template format error: unsupported structure."
    outcome = deploy(cloud, tmp_path)
    assert isinstance(outcome, RolledBack)
    assert outcome.cause is not None
    assert outcome.cause.reason == f"{NAME}-Child-ABC: {cloud.failed}"
    assert cloud.sets == {}


def test_a_nested_stack_without_changes_is_no_reason_to_call_the_parent_unchanged(tmp_path: Path) -> None:
    cloud = Nesting()
    cloud.failed = NO_CHANGES
    outcome = deploy(cloud, tmp_path)
    assert not isinstance(outcome, NoChange)
    assert isinstance(outcome, RolledBack)
    assert outcome.cause is not None
    assert "Nested change set" in outcome.cause.reason


UNKNOWN_YET = "Parameter validation failed: parameter value {{IntrinsicFunction:x/Vpc/Ref}} does not exist"


def test_where_nested_change_sets_cannot_be_made_that_is_said_and_somebody_has_to_look(
    tmp_path: Path,
) -> None:
    cloud, out = Nesting(), console()
    cloud.failed = UNKNOWN_YET
    with pytest.raises(RefusedError, match="what changes inside Child is not told") as refused:
        deploy(cloud, tmp_path, out=out)
    assert refused.value.fix.endswith("--stack items --allow-replace Child")
    assert "no change sets of nested stacks can be made" in printed(out)
    assert "{{IntrinsicFunction:x/Vpc/Ref}}" in printed(out)
    assert [request.nested for request in cloud.requests] == [True, False]
    assert cloud.sets == {}
    assert isinstance(deploy(cloud, tmp_path, allow_replace=frozenset({"Child"})), Deployed)


class Without(FakeCloud):
    """Has no change sets of nested stacks, and refuses to be asked for them where ``refuses``."""

    def __init__(self, refuses: str) -> None:
        super().__init__()
        self.refuses = refuses

    def create_change_set(self, request: ChangeSetRequest) -> ChangeSet | None:
        if request.nested and self.refuses:
            raise DeployError(self.refuses)
        return super().create_change_set(request)


@pytest.mark.parametrize(
    "refuses", ["", "NotImplemented: IncludeNestedStacks", "nested stacks are not supported"]
)
def test_an_engine_without_nested_change_sets_is_told_about(tmp_path: Path, refuses: str) -> None:
    cloud, out = Without(refuses), console()
    cloud.endpoint = Endpoint("http://127.0.0.1:1", embedded=True)
    assert isinstance(deploy(cloud, tmp_path, out=out), Deployed)
    assert "what changes in nested stacks is not told: Child" in printed(out)
    assert (refuses in printed(out)) is True


def test_another_refusal_is_not_taken_for_a_missing_feature(tmp_path: Path) -> None:
    with pytest.raises(DeployError, match="access denied"):
        deploy(Without("access denied"), tmp_path)


@pytest.mark.parametrize("gone", [StackMovedError("gone"), None])
def test_a_nested_change_set_that_cannot_be_read_counts_as_not_told(gone: StackMovedError | None) -> None:
    cloud = FakeCloud()
    if gone:
        cloud.fail("change_set", gone)
    change = Change("Modify", "Child", CHILD, change_set="arn:gone")
    root = ChangeSet("arn:root", "x", "arn:stack", "CREATE_COMPLETE", "AVAILABLE", changes=(change,))
    notes: list[str] = []
    found = nested.with_children(cloud, root, notes.append)
    assert [nested.is_untold(one) for one in found.changes] == [True]
    assert notes == ["what changes in nested stacks is not told: Child"]


def test_a_new_nested_stack_has_nothing_to_lose(tmp_path: Path) -> None:
    one = committed(tmp_path, body({"Child": stack(1)}))
    assert isinstance(run.deploy(job(FakeCloud(), one)), Deployed)
