"""`gen diagnose`, `gen status` and `gen drift` over the fake: every state of a stack on one screen."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from generator.config import Environment, load_environments
from generator.deploy import diagnose, drift, review, status
from generator.deploy.cloud import ChangeSet, ChangeSetRequest, UnreachableError, Validation
from generator.deploy.cloud_drift import Difference, ResourceDrift
from generator.deploy.environment import Site
from generator.errors import DeployError, DriftError, StillRunningError, UsageError

from .fakes import FakeCloud, FakeStack
from .support import QUEUE, TABLE, TOPIC, body, committed, site

NAME = "dev-us-west-2-items"
ITEMS = body({"Table": TABLE, "Queue": QUEUE, "Topic": TOPIC}, Outputs={"Word": {"Value": "hello"}})
DEV = load_environments()["dev"]
AGAIN = "gen deploy --env dev --region us-west-2 --stack items"


class Place:
    """One committed stack, `items`, in a fake region."""

    def __init__(self, folder: Path, where: Environment = DEV, **metadata: object) -> None:
        content = {**ITEMS, "Metadata": {"Gen": {**ITEMS["Metadata"]["Gen"], **metadata}}}
        self.cloud = FakeCloud()
        self.one = committed(folder, content)
        self.site: Site = site(where, [self.one], lambda _region: self.cloud)

    def put(self, state: str, *events: tuple[str, str, str]) -> FakeStack:
        stack = self.cloud.put(NAME, "CREATE_COMPLETE", self.one.body)
        stack.status = state
        for logical_id, resource_status, reason in events:
            self.cloud.say(stack, logical_id, resource_status, reason)
        return stack

    def diagnose(self, wanted: str = "items") -> diagnose.Diagnosis:
        (subject,) = diagnose.subjects(self.site, wanted, ["us-west-2"])
        return diagnose.diagnose(self.site, subject)

    def drift(self, **patience: float) -> drift.Result:
        wait = {"interval": 1, "timeout_minutes": 1, **patience}
        (result,) = drift.detect(self.site, [self.one], clock=self.cloud.clock, **wait)
        return result


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
        "    source: unknown, physical id physical-Queue",
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
    assert found.next == (AGAIN,)


def test_an_empty_shell_is_told_as_such(place: Place) -> None:
    place.cloud.put(NAME, "REVIEW_IN_PROGRESS")
    found = place.diagnose()
    assert (found.verdict, found.next) == ("empty", (AGAIN,))


def test_a_state_for_a_person_names_the_command_for_it(place: Place) -> None:
    stack = place.put("UPDATE_ROLLBACK_FAILED", *FAILED[:4], ("Queue", "UPDATE_FAILED", "still no key"))
    stack.resources["Queue"] = "UPDATE_FAILED"
    found = place.diagnose()
    assert [one.logical_id for one in found.left] == ["Queue"]
    assert "gen rollback items --env dev --region us-west-2 --continue" in found.next[0]


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


# gen status


def test_status_tells_protection_data_and_change_sets(tmp_path: Path) -> None:
    place = Place(tmp_path, Production=True)
    stack = place.put("CREATE_COMPLETE")
    (state,) = status.states(place.site, [place.one])
    assert (state.equal, state.policy, state.outputs) == (True, None, {"Word": "hello"})
    assert [(one.logical_id, one.kept, one.protected) for one in state.data] == [
        ("Queue", False, None),
        ("Table", False, True),
    ]
    remarks = status.remarks(state)
    assert remarks[:2] == [
        "production without termination protection",
        "production without the stack policy that keeps data",
    ]
    assert remarks[2].startswith("Queue (AWS::SQS::Queue): its data would go with it")

    stack.protected, stack.policy = True, review.stack_policy(())
    request = ChangeSetRequest(stack=NAME, name="by-hand", type="UPDATE")
    for name, execution in (("by-hand", "AVAILABLE"), ("old", "OBSOLETE")):
        place.cloud.sets[name] = ChangeSet(name, name, stack.id, "CREATE_COMPLETE", execution), request
    (state,) = status.states(place.site, [place.one])
    assert (state.protected, state.policy, state.waiting) == (True, True, ("by-hand",))
    assert "change set waiting: by-hand" in status.remarks(state)
    heading, line = status.table([state])
    assert [heading.split()[0], line.split()[:3]] == [
        "STACK",
        ["us-west-2/items", "CREATE_COMPLETE", "equal"],
    ]
    assert "DRIFT" not in heading


def test_status_of_data_that_is_kept_and_of_a_policy_that_is_not_ours(tmp_path: Path) -> None:
    place = Place(tmp_path, Production=True)
    kept = {**TABLE, "DeletionPolicy": "RetainExceptOnCreate", "UpdateReplacePolicy": "Retain"}
    off = {**kept, "Properties": {**TABLE["Properties"], "DeletionProtectionEnabled": False}}  # type: ignore[dict-item]
    stack = place.cloud.put(NAME, "CREATE_COMPLETE", {"Resources": {"Table": off}})
    stack.policy = '{"Statement": []}'
    (state,) = status.states(place.site, [place.one])
    assert (state.policy, state.data[0].kept, state.data[0].protected) == (False, True, False)
    assert "Table (AWS::DynamoDB::Table): deletion protection is off" in status.remarks(state)
    assert "DIFFERS FROM the committed template" in status.remarks(state)


def test_status_of_a_shell_and_of_nothing(place: Place) -> None:
    (state,) = status.states(place.site, [place.one])
    assert (state.status, status.remarks(state)) == (None, [])
    place.cloud.put(NAME, "REVIEW_IN_PROGRESS")
    (state,) = status.states(place.site, [place.one])
    assert (state.status, state.equal, state.data) == ("REVIEW_IN_PROGRESS", False, ())
    assert status.record(state)["drift"] is None


def test_status_has_a_column_for_drift_when_asked(place: Place) -> None:
    place.put("CREATE_COMPLETE")
    found = status.with_drift(status.states(place.site, [place.one]), [place.drift()])
    heading, line = status.table(found)
    assert "DRIFT" in heading
    assert "in sync" in line
    assert "drift: no drift (3 resources checked)" in status.remarks(found[0])


# gen drift

CHANGED = ResourceDrift(
    "Queue",
    "AWS::SQS::Queue",
    "MODIFIED",
    "physical-Queue",
    (
        Difference("/VisibilityTimeout", "30", "60", "NOT_EQUAL"),
        Difference("/Tags/0", "null", '{"Key": "a"}', "ADD"),
        Difference("/RedrivePolicy/maxReceiveCount", "x" * 80, "null", "REMOVE"),
    ),
)
GONE = ResourceDrift("Topic", "AWS::SNS::Topic", "DELETED", "physical-Topic")


def test_drift_names_each_property_with_what_was_expected_and_what_is(place: Place) -> None:
    place.put("CREATE_COMPLETE")
    place.cloud.actual = {"Queue": CHANGED, "Topic": GONE}
    place.cloud.uncheckable = {"AWS::DynamoDB::Table"}
    result = place.drift()
    assert drift.in_words(result) == "DRIFTED: 2 of 2 resources checked"
    assert drift.lines(result) == [
        "MODIFIED Queue  AWS::SQS::Queue  physical-Queue",
        "  VisibilityTimeout: expected 30, is 60",
        '  Tags.0: not in the template, is {"Key": "a"}',
        f"  RedrivePolicy.maxReceiveCount: expected {'x' * 59}…, is gone",
        "DELETED Topic  AWS::SNS::Topic  physical-Topic",
        "CloudFormation cannot check AWS::DynamoDB::Table: Table",
    ]
    error = drift.worst(place.site, [result])
    assert isinstance(error, DriftError)
    assert error.fix.endswith(f"{AGAIN} --revert-drift")
    recorded = drift.record(result)
    assert recorded["unsupported"] == [{"logical_id": "Table", "resource_type": "AWS::DynamoDB::Table"}]


def test_no_drift_is_no_error_and_took_its_time(place: Place) -> None:
    place.put("UPDATE_COMPLETE")
    result = place.drift()
    assert (drift.verdict(result), drift.worst(place.site, [result])) == ("in sync", None)
    assert place.cloud.clock.time == place.cloud.detection_s


def test_a_resource_that_could_not_be_read_is_not_called_sound(place: Place) -> None:
    place.put("UPDATE_COMPLETE")
    place.cloud.actual = {"Topic": replace(GONE, status="UNKNOWN", reason="access denied")}
    result = place.drift()
    assert drift.in_words(result) == "unknown: 1 resources could not be read"
    assert drift.lines(result) == ["UNKNOWN Topic  AWS::SNS::Topic: access denied"]
    assert isinstance(drift.worst(place.site, [result]), DeployError)


def test_a_stack_that_cannot_be_checked_is_listed_and_never_called_sound(place: Place) -> None:
    assert drift.in_words(place.drift()) == "not checked: it is not deployed"
    stack = place.put("UPDATE_IN_PROGRESS")
    result = place.drift()
    assert "it is in UPDATE_IN_PROGRESS" in drift.in_words(result)
    assert (drift.lines(result), drift.record(result)["verdict"]) == ([], "not checked")
    assert isinstance(drift.worst(place.site, [result]), DeployError)
    stack.status = "UPDATE_COMPLETE"
    place.cloud.start_drift_detection(stack.id)
    assert "already in progress" in drift.in_words(place.drift())


def test_the_wait_for_a_detection_outlives_the_network_and_ends_at_its_deadline(place: Place) -> None:
    place.put("UPDATE_COMPLETE")
    place.cloud.fail("drift_detection", UnreachableError("no answer"), UnreachableError("no answer"))
    assert drift.verdict(place.drift()) == "in sync"
    place.cloud.detection_s = 600
    with pytest.raises(StillRunningError, match="drift detection of dev-us-west-2-items") as caught:
        place.drift()
    assert "gen drift --env dev --region us-west-2 --stack items" in caught.value.fix


def test_a_start_that_nobody_answers_is_an_error_and_not_a_verdict(place: Place) -> None:
    place.put("UPDATE_COMPLETE")
    place.cloud.fail("start_drift_detection", UnreachableError("no answer"))
    with pytest.raises(UnreachableError):
        place.drift()


def test_many_resources_of_a_type_are_counted(place: Place) -> None:
    names = [f"R{number}" for number in range(5)]
    assert drift.bounded(names) == "R0, R1, R2, and 2 more"
    assert drift.bounded(names[:3]) == "R0, R1, R2"
