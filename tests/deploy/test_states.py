"""Every status of a stack through the loop, over a CloudFormation that refuses what AWS refuses."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from generator.deploy import run
from generator.deploy.cloud import StackMovedError
from generator.deploy.outcome import Deployed, NeedsPerson, NoChange, Outcome, Skipped
from generator.deploy.template import Template
from generator.errors import RefusedError

from .fakes import FakeCloud, FakeStack, Tick
from .support import QUEUE, TOPIC, Person, body, committed, console, job, printed
from .test_plan import known

NAME = "dev-us-west-2-items"
OLD = body({"Topic": TOPIC})
# What a running operation does next, when nobody disturbs it.
COURSES: dict[str, tuple[Tick, ...]] = {
    "CREATE_IN_PROGRESS": (("CREATE_COMPLETE", ()),),
    "DELETE_IN_PROGRESS": (("DELETE_COMPLETE", ()),),
    "IMPORT_IN_PROGRESS": (("IMPORT_COMPLETE", ()),),
    "IMPORT_ROLLBACK_IN_PROGRESS": (("IMPORT_ROLLBACK_COMPLETE", ()),),
    "ROLLBACK_IN_PROGRESS": (("ROLLBACK_COMPLETE", ()),),
    "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS": (("UPDATE_COMPLETE", ()),),
    "UPDATE_IN_PROGRESS": (("UPDATE_COMPLETE_CLEANUP_IN_PROGRESS", ()), ("UPDATE_COMPLETE", ())),
    "UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS": (("UPDATE_ROLLBACK_COMPLETE", ()),),
    "UPDATE_ROLLBACK_IN_PROGRESS": (("UPDATE_ROLLBACK_COMPLETE", ()),),
}
# Status → how a deployment ends that starts there: without options, with --recreate.
CREATED, UPDATED = "CREATE_COMPLETE", "UPDATE_COMPLETE"
ENDS: dict[str, tuple[str, str]] = {
    "CREATE_COMPLETE": (UPDATED, UPDATED),
    "CREATE_FAILED": ("needs a person", CREATED),
    "CREATE_IN_PROGRESS": (UPDATED, UPDATED),
    "DELETE_COMPLETE": (CREATED, CREATED),
    "DELETE_FAILED": ("needs a person", "needs a person"),
    "DELETE_IN_PROGRESS": (CREATED, CREATED),
    "IMPORT_COMPLETE": (UPDATED, UPDATED),
    "IMPORT_IN_PROGRESS": (UPDATED, UPDATED),
    "IMPORT_ROLLBACK_COMPLETE": (UPDATED, UPDATED),
    "IMPORT_ROLLBACK_FAILED": ("needs a person", "needs a person"),
    "IMPORT_ROLLBACK_IN_PROGRESS": (UPDATED, UPDATED),
    "REVIEW_IN_PROGRESS": (CREATED, CREATED),
    "ROLLBACK_COMPLETE": (CREATED, CREATED),
    "ROLLBACK_FAILED": ("needs a person", CREATED),
    "ROLLBACK_IN_PROGRESS": (CREATED, CREATED),
    "UPDATE_COMPLETE": (UPDATED, UPDATED),
    "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS": (UPDATED, UPDATED),
    "UPDATE_FAILED": (UPDATED, UPDATED),
    "UPDATE_IN_PROGRESS": (UPDATED, UPDATED),
    "UPDATE_ROLLBACK_COMPLETE": (UPDATED, UPDATED),
    "UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS": (UPDATED, UPDATED),
    "UPDATE_ROLLBACK_FAILED": ("needs a person", "needs a person"),
    "UPDATE_ROLLBACK_IN_PROGRESS": (UPDATED, UPDATED),
}


@pytest.fixture
def cloud() -> FakeCloud:
    return FakeCloud()


@pytest.fixture
def wanted(tmp_path: Path) -> Template:
    return committed(tmp_path, body({"Queue": QUEUE, "Topic": TOPIC}))


def stack_in(cloud: FakeCloud, status: str, content: Mapping[str, Any] = OLD) -> FakeStack:
    """A stack in ``status``, with the operation that runs in it, if one does."""
    stack = cloud.put(NAME, status, content)
    stack.running = list(COURSES.get(status, ()))
    return stack


def end_of(outcome: Outcome) -> str:
    if isinstance(outcome, Deployed):
        return outcome.status
    assert isinstance(outcome, NeedsPerson)
    assert "{" not in outcome.fix
    return "needs a person"


def test_no_status_is_left_out() -> None:
    assert sorted(ENDS) == known("StackStatus")


@pytest.mark.parametrize("status", known("StackStatus"))
def test_a_deployment_from_every_status_ends_as_the_table_says(
    cloud: FakeCloud, wanted: Template, status: str
) -> None:
    stack_in(cloud, status)
    assert end_of(run.deploy(job(cloud, wanted))) == ENDS[status][0]
    assert cloud.sets == {}


@pytest.mark.parametrize("status", known("StackStatus"))
def test_recreate_only_changes_what_happens_to_half_made_stacks(
    cloud: FakeCloud, wanted: Template, status: str
) -> None:
    old = stack_in(cloud, status)
    assert end_of(run.deploy(job(cloud, wanted, recreate=True))) == ENDS[status][1]
    if ENDS[status][0] != ENDS[status][1]:
        assert old.status == "DELETE_COMPLETE"
        assert cloud.get(NAME).id != old.id


@pytest.mark.parametrize("status", [status for status, ends in ENDS.items() if "needs a person" not in ends])
def test_a_second_run_from_every_status_changes_nothing(
    cloud: FakeCloud, wanted: Template, status: str
) -> None:
    stack_in(cloud, status)
    run.deploy(job(cloud, wanted))
    assert isinstance(run.deploy(job(cloud, wanted)), NoChange)


@pytest.mark.parametrize("status", known("StackStatus"))
def test_a_plan_from_every_status_changes_nothing(cloud: FakeCloud, wanted: Template, status: str) -> None:
    stack = stack_in(cloud, status)
    resting = stack.running == []
    run.deploy(job(cloud, wanted, plan_only=True, recreate=True))
    assert {"rollback_stack", "execute_change_set", "continue_rollback"}.isdisjoint(cloud.calls)
    if resting and status not in {"REVIEW_IN_PROGRESS", "DELETE_COMPLETE"}:
        assert "delete_stack" not in cloud.calls
        assert stack.status == status


@pytest.mark.parametrize("status", ["CREATE_FAILED", "ROLLBACK_COMPLETE", "ROLLBACK_FAILED", "UPDATE_FAILED"])
def test_production_keeps_what_a_person_does_not_give_up(
    cloud: FakeCloud, tmp_path: Path, status: str
) -> None:
    one = committed(tmp_path, body({"Topic": TOPIC}, Production=True))
    stack_in(cloud, status)
    with pytest.raises(RefusedError):
        run.deploy(job(cloud, one, person=Person(says_yes=False), recreate=True))
    assert cloud.get(NAME).status == status


def test_a_stack_that_cannot_be_deleted_whole_is_recreated_beside_what_stays(
    cloud: FakeCloud, wanted: Template
) -> None:
    stack = stack_in(cloud, "ROLLBACK_FAILED")
    cloud.say(stack, "Topic", "DELETE_FAILED", "it has subscribers")
    stack.resources["Topic"] = "DELETE_FAILED"
    cloud.script(
        ("DELETE_IN_PROGRESS", ()),
        ("DELETE_FAILED", (("Topic", "DELETE_FAILED", "it still has subscribers"),)),
    )
    out = console()
    assert isinstance(run.deploy(job(cloud, wanted, recreate=True, out=out)), Deployed)
    words = printed(out)
    assert "stays behind if it still cannot be deleted: Topic (physical-Topic): it has subscribers" in words
    assert "cannot be deleted, so it stays behind: Topic (physical-Topic): it still has subscribers" in words
    assert stack.resources["Topic"] == "DELETE_SKIPPED"


def test_production_is_asked_again_for_what_it_was_not_told_of(cloud: FakeCloud, tmp_path: Path) -> None:
    one = committed(tmp_path, body({"Topic": TOPIC}, Production=True))
    stack_in(cloud, "CREATE_FAILED")
    cloud.script(
        ("DELETE_IN_PROGRESS", ()), ("DELETE_FAILED", (("Topic", "DELETE_FAILED", "it has subscribers"),))
    )
    person = Person()
    assert isinstance(run.deploy(job(cloud, one, recreate=True, person=person)), Deployed)
    assert [question.partition(",")[0] for question in person.questions] == [
        f"delete the half-made {NAME} and create it again?",
        "leave these behind",
        f"execute these changes on {NAME}?",
    ]


def test_a_full_bucket_keeps_a_half_made_stack(cloud: FakeCloud, wanted: Template) -> None:
    bucket = {"Type": "AWS::S3::Bucket", "Properties": {}}
    stack_in(cloud, "CREATE_FAILED", body({"Bucket": bucket}))
    cloud.full_buckets = {"physical-Bucket"}
    with pytest.raises(Exception, match="is not empty"):
        run.deploy(job(cloud, wanted, recreate=True))
    assert "delete_stack" not in cloud.calls


def test_a_stack_that_moves_while_its_change_set_is_computed_is_followed(
    cloud: FakeCloud, wanted: Template
) -> None:
    stack = stack_in(cloud, "CREATE_COMPLETE")

    def somebody_else() -> None:
        if cloud.sets and stack.status == "CREATE_COMPLETE":
            cloud.begin(stack, ("UPDATE_IN_PROGRESS", ()), ("UPDATE_COMPLETE", ()))

    cloud.clock.on_tick.append(somebody_else)
    out = console()
    assert isinstance(run.deploy(job(cloud, wanted, out=out)), Deployed)
    assert "changed meanwhile (UPDATE_IN_PROGRESS" in printed(out)
    assert cloud.sets == {}


@pytest.mark.parametrize(("moves", "ends"), [(2, True), (3, False)])
def test_an_obsolete_change_set_is_decided_again_three_times_at_most(
    cloud: FakeCloud, wanted: Template, moves: int, ends: bool
) -> None:
    stack_in(cloud, "CREATE_COMPLETE")
    cloud.fail("execute_change_set", *[StackMovedError("InvalidChangeSetStatus: OBSOLETE")] * moves)
    if ends:
        assert isinstance(run.deploy(job(cloud, wanted)), Deployed)
    else:
        with pytest.raises(StackMovedError):
            run.deploy(job(cloud, wanted))
    assert cloud.sets == {}


def test_existing_resources_are_adopted_only_when_that_is_asked_for(cloud: FakeCloud, tmp_path: Path) -> None:
    one = committed(tmp_path, body({"Queue": {**QUEUE, "DeletionPolicy": "RetainExceptOnCreate"}}))
    cloud.outside = {"Queue"}
    assert not isinstance(run.deploy(job(cloud, one)), Deployed)
    out = console()
    assert isinstance(run.deploy(job(cloud, one, adopt=True, out=out)), Deployed)
    assert [request.adopt for request in cloud.requests] == [False, True]
    assert "< Queue" in printed(out)


def test_drift_is_reverted_only_when_that_is_asked_for_and_only_on_updates(
    cloud: FakeCloud, tmp_path: Path, wanted: Template
) -> None:
    run.deploy(job(cloud, wanted, revert_drift=True))
    changed = committed(tmp_path, body({"Queue": QUEUE}))
    run.deploy(job(cloud, changed))
    run.deploy(job(cloud, wanted, revert_drift=True))
    assert [(request.type, request.revert_drift) for request in cloud.requests] == [
        ("CREATE", False),
        ("UPDATE", False),
        ("UPDATE", True),
    ]


def test_production_hears_what_it_agrees_to(cloud: FakeCloud, tmp_path: Path) -> None:
    one = committed(tmp_path, body({"Topic": TOPIC}, Production=True))
    person = Person()
    run.deploy(job(cloud, one, person=person, adopt=True, revert_drift=True))
    assert person.questions == [
        f"execute these changes on {NAME}, taking existing resources into the stack and undoing changes made "
        "outside CloudFormation?"
    ]


@pytest.mark.parametrize("status", ["CREATE_FAILED", "ROLLBACK_COMPLETE", "ROLLBACK_FAILED"])
def test_a_failed_stack_that_somebody_protected_is_not_deleted(
    cloud: FakeCloud, wanted: Template, status: str
) -> None:
    stack_in(cloud, status).protected = True
    with pytest.raises(RefusedError) as caught:
        run.deploy(job(cloud, wanted, recreate=True))
    assert "gen delete --env dev --region us-west-2 --stack items" in caught.value.fix
    assert "delete_stack" not in cloud.calls


def test_a_plan_cannot_see_past_a_failed_update(cloud: FakeCloud, wanted: Template) -> None:
    stack_in(cloud, "UPDATE_FAILED")
    outcome = run.deploy(job(cloud, wanted, plan_only=True))
    assert outcome == Skipped("us-west-2/items", "it is in UPDATE_FAILED; gen deploy clears that up first")
