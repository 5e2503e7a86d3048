"""`gen status` and `gen drift` over the fake."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from generator.deploy import drift, review, status
from generator.deploy.cloud import ChangeSet, ChangeSetRequest, UnreachableError
from generator.deploy.cloud_drift import Difference, ResourceDrift
from generator.errors import DeployError, DriftError, StillRunningError

from .looking import AGAIN, NAME, Place
from .records import checked
from .support import TABLE


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path)


def test_status_tells_protection_data_and_change_sets(tmp_path: Path) -> None:
    place = Place(tmp_path, Production=True)
    stack = place.put("CREATE_COMPLETE")
    state = place.status()
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
    state = place.status()
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
    state = place.status()
    assert (state.policy, state.data[0].kept, state.data[0].protected) == (False, True, False)
    assert "Table (AWS::DynamoDB::Table): deletion protection is off" in status.remarks(state)
    assert "DIFFERS FROM the committed template" in status.remarks(state)


def test_status_of_a_shell_and_of_nothing(place: Place) -> None:
    state = place.status()
    assert (state.status, status.remarks(state)) == (None, [])
    place.cloud.put(NAME, "REVIEW_IN_PROGRESS")
    state = place.status()
    assert (state.status, state.equal, state.data) == ("REVIEW_IN_PROGRESS", False, ())
    assert status.record(state)["drift"] is None


def test_status_has_a_column_for_drift_when_asked(place: Place) -> None:
    place.put("CREATE_COMPLETE")
    found = status.with_drift([place.status()], [place.drift()])
    assert checked(json.dumps(status.record(found[0])))["drift"]["verdict"] == "in sync"
    heading, line = status.table(found)
    assert "DRIFT" in heading
    assert "in sync" in line
    assert "drift: no drift (3 resources checked)" in status.remarks(found[0])


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
    assert error.message == "not as their template says: us-west-2/items: Queue, Topic"
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
    assert drift.in_words(result) == "unknown: 1 resource could not be read"
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
