"""`gen delete`: protection, consent, what stays behind, and a deletion that failed before."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec
import pytest

from generator.deploy import delete
from generator.deploy.cloud import StackMovedError
from generator.deploy.outcome import Deleted, NeedsPerson, Outcome, Skipped, Stopped
from generator.errors import DeployError, GenError, RefusedError, UsageError

from .fakes import FakeCloud, FakeStack
from .one_stack import DEV
from .support import QUEUE, TABLE, TOPIC, Person, body, committed, console, printed, site, tools
from .test_plan import known
from .test_states import COURSES

NAME = "dev-us-west-2-items"
BUCKET = {"Type": "AWS::S3::Bucket", "Properties": {}}


class Place:
    """The stack items over one fake region, deployed with ``resources``."""

    def __init__(self, folder: Path, resources: Mapping[str, Any], *, production: bool = False) -> None:
        self.cloud, self.person, self.console = FakeCloud(), Person(), console()
        content = body(resources, Production=production)
        where = msgspec.structs.replace(DEV, production=production)
        one = committed(folder, content)
        self.site = site(where, [one], lambda _region: self.cloud, out=self.console)
        self.content = content
        self.stack: FakeStack

    def put(self, status: str = "CREATE_COMPLETE") -> FakeStack:
        self.stack = self.cloud.put(NAME, status, self.content)
        self.stack.running = list(COURSES.get(status, ()))
        return self.stack

    def delete(self, **wish: Any) -> Outcome:
        (outcome,) = delete.delete(
            self.site,
            self.site.templates,
            tools=tools(self.cloud.clock, self.person),
            wish=delete.Wish(**wish),
        )
        return outcome

    def refused(self, kind: type[GenError], **wish: Any) -> GenError:
        outcome = self.delete(**wish)
        assert isinstance(outcome, Stopped), outcome
        assert isinstance(outcome.error, kind)
        assert self.stack.status != "DELETE_COMPLETE"
        return outcome.error

    def fail_before(self, name: str) -> None:
        """A deletion that failed at one resource."""
        self.put("DELETE_FAILED")
        self.stack.resources[name] = "DELETE_FAILED"
        self.cloud.say(self.stack, name, "DELETE_FAILED", "it is in use")


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path, {"Queue": QUEUE, "Topic": TOPIC})


NAMED = frozenset({"items"})


@pytest.mark.parametrize("status", known("StackStatus"))
def test_a_stack_in_every_status_is_deleted(place: Place, status: str) -> None:
    place.put(status)
    outcome = place.delete()
    if status == "DELETE_COMPLETE":
        assert outcome == Skipped("us-west-2/items", "there is no such stack")
    else:
        assert outcome == Deleted("us-west-2/items")
        assert place.stack.status == "DELETE_COMPLETE"


def test_protection_is_lifted_only_for_a_stack_that_is_named_and_with_consent(tmp_path: Path) -> None:
    place = Place(tmp_path, {"Table": TABLE}, production=True)
    place.put().protected = True
    error = place.refused(RefusedError)
    assert error.fix == "if it shall go: gen delete --env dev --region us-west-2 --stack items"
    assert place.person.questions == []
    place.person.says_yes = False
    place.refused(RefusedError, named=NAMED)
    assert place.stack.protected
    place.person.says_yes = True
    assert place.delete(named=NAMED) == Deleted("us-west-2/items")
    assert place.person.questions[-1] == f"lift the termination protection of, and delete {NAME}?"


def test_protection_that_somebody_set_by_hand_asks_in_every_environment(place: Place) -> None:
    place.put().protected = True
    place.person.says_yes = False
    place.refused(RefusedError, named=NAMED)
    assert place.stack.protected


def test_protection_is_on_again_when_the_deletion_cannot_start(tmp_path: Path) -> None:
    place = Place(tmp_path, {"Table": TABLE}, production=True)
    place.put().protected = True
    place.cloud.fail("delete_stack", StackMovedError("it is imported by another stack"))
    place.refused(StackMovedError, named=NAMED)
    assert place.stack.protected
    assert "termination protection is on again" in printed(place.console)


def test_production_is_asked_and_no_keeps_the_stack(tmp_path: Path) -> None:
    place = Place(tmp_path, {"Table": TABLE}, production=True)
    place.put()
    place.person.says_yes = False
    assert "--yes" in place.refused(RefusedError).fix
    assert "delete_stack" not in place.cloud.calls


def test_what_goes_and_what_stays_is_said_first(tmp_path: Path) -> None:
    kept = {**TABLE, "DeletionPolicy": "Retain"}
    place = Place(tmp_path, {"Kept": kept, "Lost": TABLE, "Topic": TOPIC})
    place.put()
    place.delete()
    words = printed(place.console)
    assert "keeps Kept  AWS::DynamoDB::Table  physical-Kept" in words
    assert "DELETES Lost  AWS::DynamoDB::Table  physical-Lost" in words


def test_a_deletion_that_fails_says_what_is_stuck_and_how_to_go_on(place: Place) -> None:
    place.put()
    place.cloud.script(("DELETE_IN_PROGRESS", ()), ("DELETE_FAILED", (("Queue", "DELETE_FAILED", "in use"),)))
    outcome = place.delete()
    assert isinstance(outcome, NeedsPerson)
    assert outcome.left == ("Queue (physical-Queue): in use",)
    command = "gen delete --env dev --region us-west-2 --stack items"
    assert outcome.fix == (
        f"remove the cause, then: {command}; or leave out what cannot go: {command} --retain Queue; "
        f"after that, to have it again: {command.replace('delete', 'deploy')}"
    )


def test_a_named_resource_is_left_behind_once_a_deletion_has_failed(place: Place) -> None:
    place.fail_before("Queue")
    outcome = place.delete(retain=("Queue",))
    assert outcome == Deleted("us-west-2/items", ("Queue (physical-Queue)",))
    words = printed(place.console)
    assert "could not be deleted before: Queue (physical-Queue): it is in use" in words
    assert "keeps Queue" in words


def test_force_leaves_behind_what_is_stuck(place: Place) -> None:
    place.fail_before("Queue")
    assert place.delete(mode="FORCE_DELETE_STACK") == Deleted("us-west-2/items", ("Queue (physical-Queue)",))


@pytest.mark.parametrize("wish", [{"retain": ("Queue",)}, {"mode": "FORCE_DELETE_STACK"}])
@pytest.mark.parametrize("status", ["CREATE_COMPLETE", "UPDATE_ROLLBACK_FAILED"])
def test_nothing_is_left_behind_before_a_deletion_has_failed(
    place: Place, status: str, wish: dict[str, Any]
) -> None:
    place.put(status)
    error = place.refused(UsageError, **wish)
    assert "only in DELETE_FAILED" in error.message
    assert "delete_stack" not in place.cloud.calls


def test_production_hears_what_is_left_behind(tmp_path: Path) -> None:
    place = Place(tmp_path, {"Queue": QUEUE, "Topic": TOPIC}, production=True)
    place.fail_before("Queue")
    place.person.says_yes = False
    place.refused(RefusedError, retain=("Queue",))
    assert place.person.questions == [f"delete {NAME}, leaving behind --retain Queue?"]


def test_a_resource_to_retain_that_the_stack_does_not_hold_is_refused(place: Place) -> None:
    place.fail_before("Queue")
    assert place.refused(UsageError, retain=("Quene",)).fix == "did you mean 'Queue'?"


def test_a_full_bucket_is_explained_unless_it_stays_behind(tmp_path: Path) -> None:
    place = Place(tmp_path, {"Bucket": BUCKET})
    place.fail_before("Bucket")
    place.cloud.full_buckets = {"physical-Bucket"}
    assert "bucket physical-Bucket (Bucket of" in place.refused(RefusedError).message
    assert isinstance(place.delete(retain=("Bucket",)), Deleted)


def test_why_a_deletion_did_not_start_is_told_even_if_protection_stays_off(place: Place) -> None:
    place.put().protected = True
    place.cloud.fail("delete_stack", DeployError("access denied: cloudformation:DeleteStack"))
    place.cloud.fail("protect", DeployError("access denied: cloudformation:UpdateTerminationProtection"))
    assert "DeleteStack" in place.refused(DeployError, named=NAMED).message
    assert "termination protection is still off" in printed(place.console)
