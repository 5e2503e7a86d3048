"""Root causes, consent and what a person reads of a change set."""

from __future__ import annotations

import io
import json

import pytest

from generator.console import Console
from generator.deploy import failure, review
from generator.deploy.cloud import Change, Detail, Event, Validation
from generator.deploy.outcome import (
    Deployed,
    NeedsPerson,
    NoChange,
    Outcome,
    RolledBack,
    Skipped,
    Stopped,
    worst,
)
from generator.deploy.report import Report
from generator.errors import (
    DeployError,
    NeedsPersonError,
    RefusedError,
    StackFailedError,
    StillRunningError,
)

from .records import CheckedStream

STACK = "arn:stack"


def event(logical_id: str, status: str, reason: str = "") -> Event:
    of_stack = logical_id == "stack"
    return Event(f"{logical_id}{status}", logical_id, "T", status, STACK, STACK if of_stack else "p", reason)


def test_the_cause_is_the_first_failure_that_is_no_cancellation() -> None:
    cause = failure.root_cause(
        [
            event("A", "CREATE_FAILED", "Resource creation cancelled"),
            event("B", "CREATE_FAILED", "Resource creation cancelled."),
            event("C", "CREATE_FAILED", "Resource creation cancelled, says my own handler"),
            event("D", "CREATE_FAILED", "later"),
        ]
    )
    assert cause is not None
    assert cause.logical_id == "C"


def test_without_a_failed_resource_the_stack_gives_the_reason() -> None:
    rolled_back = event("stack", "UPDATE_ROLLBACK_IN_PROGRESS", "CloudWatch alarm arn:x is in ALARM state")
    cause = failure.root_cause([event("stack", "UPDATE_IN_PROGRESS"), rolled_back])
    assert cause is not None
    assert cause.reason == "CloudWatch alarm arn:x is in ALARM state"


def test_a_failed_resource_counts_more_than_a_summary_of_failures() -> None:
    summary = "The following resource(s) failed to create: [B]. Rollback requested by user."
    cause = failure.root_cause(
        [event("stack", "ROLLBACK_IN_PROGRESS", summary), event("A", "DELETE_FAILED", "used")]
    )
    assert cause is not None
    assert cause.logical_id == "A"


def test_a_validation_comes_before_everything() -> None:
    cause = failure.root_cause(
        [event("A", "CREATE_FAILED", "x")], [Validation("B", "PROPERTY_VALIDATION", "wrong", "/Resources/B")]
    )
    assert cause is not None
    assert (cause.logical_id, cause.reason) == ("B", "/Resources/B: wrong")


def test_no_failure_has_no_cause() -> None:
    assert failure.root_cause([event("A", "CREATE_COMPLETE")]) is None


def test_the_last_operation_begins_with_its_stack_event_and_keeps_its_rollback() -> None:
    events = [
        event("stack", "CREATE_IN_PROGRESS"),
        event("stack", "CREATE_COMPLETE"),
        event("stack", "UPDATE_IN_PROGRESS"),
        event("A", "UPDATE_FAILED"),
        event("stack", "UPDATE_ROLLBACK_IN_PROGRESS"),
    ]
    assert failure.last_operation(events) == tuple(events[2:])
    assert failure.last_operation(events[3:4]) == tuple(events[3:4])


def change(action: str, logical_id: str, kind: str = "AWS::SNS::Topic", **more: str) -> Change:
    return Change(action, logical_id, kind, **more)  # type: ignore[arg-type]


TABLE = "AWS::DynamoDB::Table"


@pytest.mark.parametrize(
    ("one", "dangerous"),
    [
        (change("Remove", "A", TABLE), True),
        (change("Remove", "A", TABLE, policy_action="Retain"), True),
        (change("Modify", "A", TABLE, replacement="True"), True),
        (change("Modify", "A", TABLE, replacement="Conditional"), True),
        (change("Modify", "A", TABLE, policy_action="ReplaceAndRetain"), True),
        (change("Modify", "A", TABLE, replacement="False"), False),
        (change("Add", "A", TABLE), False),
        (change("Import", "A", TABLE), False),
        (change("Remove", "A"), False),
    ],
)
def test_only_the_loss_of_data_needs_its_name(one: Change, dangerous: bool) -> None:
    assert bool(review.unconsented([one], ())) is dangerous
    assert review.unconsented([one], ("A",)) == ()


def test_the_stack_policy_exempts_only_what_was_named() -> None:
    locked, open_for_a = json.loads(review.stack_policy(())), json.loads(review.stack_policy(("A",)))
    assert locked["Statement"][1]["Resource"] == "*"
    assert open_for_a["Statement"][1]["NotResource"] == ["LogicalResourceId/A"]
    assert "Resource" not in open_for_a["Statement"][1]
    assert len(review.stack_policy(())) < 16_384
    assert not review.same_policy("", review.stack_policy(()))


def report(*, json_lines: bool = False) -> tuple[Report, io.StringIO, io.StringIO]:
    results, words = CheckedStream() if json_lines else io.StringIO(), io.StringIO()
    return Report(Console(results, words, json_lines=json_lines), "us-west-2/items"), results, words


def test_data_is_shown_first_and_many_harmless_changes_are_folded() -> None:
    told, results, _ = report()
    details = (Detail("Properties", "TableName", "old", "x" * 100),)
    told.changes(
        [
            *[change("Add", f"Topic{number}") for number in range(20)],
            change("Remove", "Gone"),
            Change("Modify", "Items", TABLE, replacement="True", details=details),
        ]
    )
    lines = results.getvalue().splitlines()
    assert lines[0] == "  ~ Items  AWS::DynamoDB::Table  REPLACED, holds data"
    assert lines[1] == f"      TableName: old → {'x' * 59}…"
    assert lines[2] == "  - Gone  AWS::SNS::Topic  REMOVED"
    assert lines[3:] == ["  + 20 AWS::SNS::Topic"]


def test_json_has_one_object_a_line_on_stdout_and_words_elsewhere() -> None:
    told, results, words = report(json_lines=True)
    told.heading("dev-us-west-2-items")
    told.note("a note")
    told.changes([change("Add", "Topic")])
    told.event(event("A", "CREATE_FAILED", "why"))
    outcomes: list[Outcome] = [
        Deployed("k", "CREATE_COMPLETE", {"Url": "u"}),
        RolledBack("k", "ROLLBACK_COMPLETE", failure.Cause("A", "T", "CREATE_FAILED", "why"), ("B",), "next"),
        Stopped("k", DeployError("wrong", "right")),
    ]
    for outcome in outcomes:
        told.outcome(outcome)
    records = [json.loads(line) for line in results.getvalue().splitlines()]
    assert [record["type"] for record in records] == ["note", "change", "event", *["outcome"] * 3]
    assert records[4]["cause"] == {
        "logical_id": "A",
        "resource_type": "T",
        "physical_id": "",
        "status": "CREATE_FAILED",
        "reason": "why",
        "time": "",
        "source": None,
        "also": [],
    }
    assert "cause: A (T): why" in words.getvalue()
    assert "next: right" in words.getvalue()


def test_the_worst_outcome_decides() -> None:
    fine: list[Outcome] = [NoChange("a"), Deployed("b", "CREATE_COMPLETE"), Skipped("c", "why")]
    assert worst(fine) is None
    failed = RolledBack("d", "ROLLBACK_COMPLETE", None)
    refused = Stopped("e", RefusedError("no"))
    running = Stopped("f", StillRunningError("yes"))
    person = NeedsPerson("g", "ROLLBACK_FAILED", "why", "fix")
    denied = Stopped("h", DeployError("denied"))
    assert isinstance(worst([*fine, denied]), DeployError)
    assert isinstance(worst([denied, refused]), RefusedError)
    assert isinstance(worst([denied, refused, failed]), StackFailedError)
    assert isinstance(worst([denied, refused, failed, running]), StillRunningError)
    assert isinstance(worst([denied, refused, failed, running, person]), NeedsPersonError)
