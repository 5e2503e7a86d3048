"""`gen diagnose` over the fake: every state of a stack on one screen."""

from __future__ import annotations

from pathlib import Path

import pytest

from generator.deploy import diagnose
from generator.deploy.cloud import ChangeSet, ChangeSetRequest, Validation
from generator.errors import DeployError, UsageError

from .looking import AGAIN, NAME, Place


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path)


FAILED = (
    (NAME, "UPDATE_IN_PROGRESS", ""),
    ("Queue", "UPDATE_FAILED", "no such key"),
    ("Topic", "UPDATE_FAILED", "Resource update cancelled"),
    (NAME, "UPDATE_ROLLBACK_IN_PROGRESS", "The following resource(s) failed to update: [Queue]."),
    ("Old", "DELETE_SKIPPED", ""),
    (NAME, "UPDATE_ROLLBACK_COMPLETE", ""),
)


def test_a_rolled_back_update_has_its_cause_what_is_left_and_the_next_command(place: Place) -> None:
    place.put("UPDATE_ROLLBACK_COMPLETE", *FAILED)
    assert diagnose.screen(place.diagnose()) == [
        f"us-west-2/items  {NAME}  UPDATE_ROLLBACK_COMPLETE: the last operation failed",
        "  cause: Queue (AWS::Test::Resource): no such key",
        "    source: unknown, no service makes it now, physical id physical-Queue",
        "  left: Old (physical-Old): kept, and in no stack any more",
        f"  next: remove the cause, then: {AGAIN}",
    ]


def test_the_full_name_and_the_arn_name_the_same_stack(place: Place) -> None:
    stack = place.put("UPDATE_ROLLBACK_COMPLETE", *FAILED)
    assert place.diagnose(NAME) == place.diagnose()
    assert place.diagnose(stack.id) == place.diagnose()


def test_a_healthy_stack_has_nothing_to_run(place: Place) -> None:
    place.put("UPDATE_COMPLETE", (NAME, "UPDATE_IN_PROGRESS", ""), (NAME, "UPDATE_COMPLETE", ""))
    found = place.diagnose()
    assert diagnose.screen(found) == [f"us-west-2/items  {NAME}  UPDATE_COMPLETE: nothing failed"]
    assert diagnose.record(found)["cause"] is None


def test_a_sound_stack_still_tells_what_its_clean_up_could_not_delete(place: Place) -> None:
    place.put("UPDATE_COMPLETE", (NAME, "UPDATE_IN_PROGRESS", ""), ("Gone", "DELETE_FAILED", "in use"))
    assert "  left: Gone (physical-Gone): could not be deleted: in use" in diagnose.screen(place.diagnose())


def test_a_stack_that_was_never_deployed(place: Place) -> None:
    found = place.diagnose()
    assert (found.verdict, found.status, found.next) == ("never deployed", None, (AGAIN,))


def test_a_deleted_stack_is_remembered_with_what_it_left(place: Place) -> None:
    stack = place.put(
        "DELETE_COMPLETE",
        (NAME, "DELETE_IN_PROGRESS", ""),
        ("Table", "DELETE_SKIPPED", ""),
        (NAME, "DELETE_COMPLETE", ""),
    )
    for wanted in ("items", stack.id):
        lines = diagnose.screen(place.diagnose(wanted))
        assert lines[0].endswith("deleted at 2026-01-01 00:00:00 UTC")
        assert lines[1] == "  left: Table (physical-Table): kept, and in no stack any more"


def test_a_running_operation_tells_what_has_failed_so_far(place: Place) -> None:
    place.put("UPDATE_ROLLBACK_IN_PROGRESS", *FAILED[:4])
    found = place.diagnose()
    assert found.verdict == "running"
    assert found.cause is not None
    assert found.cause.logical_id == "Queue"
    assert "is running, since 2026-01-01 00:00:00 UTC" in diagnose.screen(found)[0]
    assert found.next[0].startswith("to follow it: gen deploy --attach --env dev")


def test_an_empty_shell_is_told_as_such(place: Place) -> None:
    stack = place.cloud.put(NAME, "REVIEW_IN_PROGRESS")
    request = ChangeSetRequest(stack=NAME, name="by-hand", type="CREATE")
    place.cloud.sets["s"] = (
        ChangeSet("s", "by-hand", stack.id, "FAILED", "UNAVAILABLE", "no such type"),
        request,
    )
    found = place.diagnose()
    assert (found.verdict, found.next) == ("empty", (AGAIN,))
    assert found.notes == ("change set by-hand: FAILED: no such type",)


def test_a_state_for_a_person_names_the_command_for_it(place: Place) -> None:
    stack = place.put("UPDATE_ROLLBACK_FAILED", *FAILED[:4], ("Queue", "UPDATE_FAILED", "still no key"))
    stack.resources["Queue"] = "UPDATE_FAILED"
    found = place.diagnose()
    assert [(one.logical_id, one.why) for one in found.left] == [("Queue", "still no key")]
    assert "gen rollback items --env dev --region us-west-2 --continue" in found.next[0]


def test_a_failed_deletion_names_what_cannot_go_and_how_to_leave_it_behind(place: Place) -> None:
    stack = place.put("DELETE_FAILED", (NAME, "DELETE_IN_PROGRESS", ""), ("Queue", "DELETE_FAILED", "in use"))
    stack.resources["Queue"] = "DELETE_FAILED"
    found = place.diagnose()
    assert [one.logical_id for one in found.left] == ["Queue"]
    assert "in use" in found.left[0].why
    assert found.next[1].endswith("--stack items --retain Queue")
    assert found.next[2] == f"after that, to have it again: {AGAIN}"


def test_a_change_set_that_validation_refused_later_is_told_although_the_stack_is_sound(
    place: Place,
) -> None:
    stack = place.put("UPDATE_COMPLETE", (NAME, "UPDATE_IN_PROGRESS", ""), (NAME, "UPDATE_COMPLETE", ""))
    old = Validation("Queue", "V", "of long ago", time="2025-12-31T00:00:00+00:00")
    new = Validation("Queue", "V", "no such property", "/Resources/Queue", time="2026-01-02T00:00:00+00:00")
    place.cloud.findings[stack.id] = (old, new)
    found = place.diagnose()
    assert found.verdict == "refused"
    assert found.cause is not None
    assert (found.cause.reason, found.cause.also) == ("/Resources/Queue: no such property", ())
    place.cloud.findings[stack.id] = (old,)
    assert place.diagnose().verdict == "healthy"


def test_a_caller_who_may_not_read_validations_still_learns_the_rest(place: Place) -> None:
    place.put("UPDATE_ROLLBACK_COMPLETE", *FAILED)
    place.cloud.fail("validations", DeployError("access denied"))
    found = place.diagnose()
    assert found.cause is not None
    assert "  note: findings of the validation could not be read: access denied" in diagnose.screen(found)


def test_a_failure_without_any_reason_says_so(place: Place) -> None:
    place.put("UPDATE_ROLLBACK_COMPLETE", (NAME, "UPDATE_IN_PROGRESS", ""))
    assert "  cause: none of its events tells one" in diagnose.screen(place.diagnose())


def test_a_stack_that_no_template_makes_is_explained_by_its_arn(place: Place) -> None:
    stack = place.cloud.put("somebody-elses", "ROLLBACK_FAILED")
    found = place.diagnose(stack.id)
    assert found.verdict == "failed"
    assert "no committed template makes this stack" in found.next[0]


@pytest.mark.parametrize(
    ("wanted", "fix"),
    [
        ("itmes", "did you mean 'items'?"),
        ("dev-us-west-2-item", "did you mean 'dev-us-west-2-items'?"),
        ("zzz", "name one of them"),
        ("arn:aws:s3:::bucket", "arn:aws:cloudformation:"),
        ("arn:aws:cloudformation:us-west-2:1:stack/gone/1", "after 90 days"),
    ],
)
def test_an_unknown_stack_is_named_with_the_nearest(place: Place, wanted: str, fix: str) -> None:
    with pytest.raises(UsageError) as caught:
        place.diagnose(wanted)
    assert fix in caught.value.fix
