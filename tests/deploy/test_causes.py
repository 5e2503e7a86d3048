"""Several causes, nested stacks, hooks, and what an operation leaves behind."""

from __future__ import annotations

from dataclasses import replace

import pytest

from generator.deploy import explain, failure
from generator.deploy.cloud import Event, Resource, Validation

from .fakes import FakeCloud

ROOT = "arn:aws:cloudformation:us-west-2:1:stack/root/1"
CHILD = "arn:aws:cloudformation:us-west-2:1:stack/root-Child/2"
GRANDCHILD = "arn:aws:cloudformation:us-west-2:1:stack/root-Child-Deep/3"
STACK = "AWS::CloudFormation::Stack"


def event(
    logical_id: str,
    status: str,
    reason: str = "",
    *,
    at: int = 0,
    of: str = ROOT,
    physical: str = "",
    kind: str = "AWS::SQS::Queue",
    **more: str,
) -> Event:
    return Event(
        id=f"{of}{logical_id}{status}{at}",
        logical_id=logical_id,
        type=STACK if physical.startswith("arn:") else kind,
        status=status,
        stack_id=of,
        physical_id=physical,
        reason=reason,
        time=f"2026-01-01T00:00:{at:02}+00:00",
        **more,
    )


def of_stack(stack: str, status: str, reason: str = "", *, at: int = 0) -> Event:
    return event(stack.split("/")[1], status, reason, at=at, of=stack, physical=stack)


NESTED_FAILURE = (
    of_stack(ROOT, "CREATE_IN_PROGRESS", at=1),
    event("Child", "CREATE_IN_PROGRESS", at=1, physical=CHILD),
    of_stack(CHILD, "CREATE_IN_PROGRESS", at=1),
    event("Deep", "CREATE_IN_PROGRESS", at=2, of=CHILD, physical=GRANDCHILD),
    of_stack(GRANDCHILD, "CREATE_IN_PROGRESS", at=2),
    event("Queue", "CREATE_FAILED", "no such key", at=3, of=GRANDCHILD, physical="q"),
    of_stack(GRANDCHILD, "CREATE_FAILED", "The following resource(s) failed to create: [Queue].", at=4),
    event("Deep", "CREATE_FAILED", "Embedded stack failed", at=5, of=CHILD, physical=GRANDCHILD),
    of_stack(CHILD, "CREATE_FAILED", "The following resource(s) failed to create: [Deep].", at=5),
    event("Child", "CREATE_FAILED", "Embedded stack failed", at=6, physical=CHILD),
    event("Other", "CREATE_FAILED", "Resource creation cancelled", at=6),
    of_stack(ROOT, "ROLLBACK_IN_PROGRESS", "The following resource(s) failed to create: [Child].", at=7),
)


def test_failures_that_no_other_explains_are_all_told_the_earliest_first() -> None:
    cause = failure.root_cause(
        [
            event("A", "CREATE_FAILED", "Resource creation cancelled"),
            event("B", "CREATE_FAILED", "taken", at=1),
            event("C", "CREATE_FAILED", "denied", at=2),
            event("B", "CREATE_FAILED", "taken, again", at=3),
            of_stack(ROOT, "ROLLBACK_IN_PROGRESS", "The following resource(s) failed to create", at=4),
            event("D", "DELETE_FAILED", "a consequence", at=5),
        ]
    )
    assert cause is not None
    assert (cause.logical_id, cause.reason) == ("B", "taken")
    assert [(one.logical_id, one.reason) for one in cause.also] == [("C", "denied")]


def test_an_alarm_that_rolled_back_is_the_cause_and_not_what_failed_on_the_way_back() -> None:
    cause = failure.root_cause(
        [
            of_stack(ROOT, "UPDATE_ROLLBACK_IN_PROGRESS", "CloudWatch alarm arn:x is in ALARM state"),
            event("D", "DELETE_FAILED", "a consequence", at=5),
        ]
    )
    assert cause is not None
    assert (cause.reason, cause.of_stack, cause.also) == (
        "CloudWatch alarm arn:x is in ALARM state",
        True,
        (),
    )


def test_a_failed_nested_stack_is_followed_to_the_resource_in_it() -> None:
    cause = failure.root_cause(NESTED_FAILURE)
    assert cause is not None
    assert (cause.logical_id, cause.reason, cause.physical_id) == ("Child.Deep.Queue", "no such key", "q")
    assert cause.also == ()


def test_a_failed_nested_stack_is_followed_though_the_event_of_its_failure_lacks_its_id() -> None:
    events = [
        replace(one, physical_id="") if one.status == "CREATE_FAILED" and not one.of_stack else one
        for one in NESTED_FAILURE
    ]
    cause = failure.root_cause(events)
    assert cause is not None
    assert (cause.logical_id, cause.reason) == ("Child.Deep.Queue", "no such key")


def test_a_nested_stack_that_gives_a_reason_of_its_own_is_named_as_the_resource_it_is() -> None:
    cause = failure.root_cause(
        [
            event("Child", "CREATE_FAILED", "Embedded stack failed", at=2, physical=CHILD),
            of_stack(CHILD, "CREATE_FAILED", "Template error: unresolved Ref", at=1),
        ]
    )
    assert cause is not None
    assert (cause.logical_id, cause.reason) == ("Child", "Template error: unresolved Ref")


def test_the_operation_is_found_whatever_nested_stacks_do_in_it() -> None:
    earlier = of_stack(ROOT, "UPDATE_COMPLETE")
    assert failure.last_operation([earlier, *NESTED_FAILURE]) == NESTED_FAILURE
    # Read in one look and sorted by time, what a nested stack says may come before what its parent says.
    shuffled = (NESTED_FAILURE[2], *NESTED_FAILURE[:2], *NESTED_FAILURE[3:])
    assert failure.top_of(shuffled) == ROOT
    assert failure.root_cause(shuffled) == failure.root_cause(NESTED_FAILURE)


def test_events_of_nested_stacks_are_fetched_down_to_the_last_one_and_old_ones_left_out() -> None:
    cloud = FakeCloud()
    for number, (name, stack) in enumerate(
        (("root", ROOT), ("root-Child", CHILD), ("root-Child-Deep", GRANDCHILD))
    ):
        made = cloud.put(name, "CREATE_FAILED")
        made.id = stack
        made.events = [one for one in NESTED_FAILURE if one.stack_id == stack]
        if number:
            made.events.insert(0, event("Old", "CREATE_FAILED", "long ago", of=stack))
    told = explain.with_nested(cloud, failure.last_operation(cloud.events(ROOT, after=None)))
    cause = failure.root_cause(told)
    assert cause is not None
    assert cause.logical_id == "Child.Deep.Queue"
    assert not [one for one in told if one.logical_id == "Old"]


def test_a_nested_stack_that_cannot_be_read_leaves_what_its_parent_says() -> None:
    cloud = FakeCloud()
    operation = [one for one in NESTED_FAILURE if one.stack_id == ROOT]
    cause = failure.root_cause(explain.with_nested(cloud, operation))
    assert cause is not None
    assert (cause.logical_id, cause.reason) == ("Child", "Embedded stack failed")


@pytest.mark.parametrize(("mode", "told"), [("FAIL", True), ("", True), ("WARN", False)])
def test_a_hook_that_refuses_is_a_cause_and_one_that_warns_is_none(mode: str, told: bool) -> None:
    hook = event(
        "Queue",
        "CREATE_IN_PROGRESS",
        "the queue is not encrypted",
        hook="Team::Encryption::Hook",
        hook_status="HOOK_COMPLETE_FAILED",
        hook_mode=mode,
    )
    refused = event("Queue", "CREATE_FAILED", "The following hook(s) failed: [Team::Encryption::Hook]", at=1)
    cause = failure.root_cause([hook, refused] if told else [hook])
    if not told:
        assert cause is None
        return
    assert cause is not None
    assert cause.reason == "hook Team::Encryption::Hook: the queue is not encrypted"
    assert (cause.status, cause.also) == ("HOOK_COMPLETE_FAILED", ())


def test_findings_of_an_older_operation_explain_nothing() -> None:
    operation = [of_stack(ROOT, "UPDATE_IN_PROGRESS", at=10), of_stack(ROOT, "UPDATE_FAILED", "see", at=11)]
    old = Validation("A", "V", "old", time="2026-01-01T00:00:05+00:00")
    new = Validation("B", "V", "new", "/Resources/B", time="2026-01-01T00:00:10+00:00")
    assert failure.findings_of(operation, [old, new]) == (new,)
    cause = explain.root_cause(operation, [old, new])
    assert cause is not None
    assert cause.reason == "/Resources/B: new"
    named = [event("A", "UPDATE_IN_PROGRESS", operation="2")]
    assert failure.findings_of(named, [Validation("A", "V", "r", operation="1", time="9")]) == ()


def test_what_is_left_is_what_is_stuck_kept_or_could_not_be_deleted() -> None:
    events = [
        event("Kept", "DELETE_SKIPPED", physical="k"),
        event("Tried", "DELETE_FAILED", "in use", physical="t"),
        event("Twice", "DELETE_FAILED", "in use", physical="w"),
        event("Twice", "DELETE_COMPLETE", physical="w", at=1),
        event("Stuck", "DELETE_FAILED", "full", physical="s"),
    ]
    resources = [
        Resource("Stuck", "AWS::S3::Bucket", "DELETE_FAILED", "s", "full"),
        Resource("Fine", "AWS::S3::Bucket", "UPDATE_COMPLETE", "f"),
    ]
    assert [str(one) for one in failure.left(events, resources)] == [
        "Stuck (s): DELETE_FAILED: full",
        "Kept (k): kept, and in no stack any more",
        "Tried (t): could not be deleted: in use",
    ]


def test_the_screen_is_bounded_and_json_is_not() -> None:
    cause = failure.root_cause(
        [event(f"R{number}", "CREATE_FAILED", "why", at=number) for number in range(9)]
    )
    located = failure.located(cause, {"R0": "generator/services/items.py:1"})
    lines = failure.cause_lines(located)
    assert lines[:2] == ["cause: R0 (AWS::SQS::Queue): why", "  source: generator/services/items.py:1"]
    assert lines[3] == "  source: unknown, no service makes it now"
    assert lines[-1] == "and 4 more; --json lists them all"
    recorded = failure.record(located)
    assert recorded is not None
    assert isinstance(recorded["also"], list)
    assert len(recorded["also"]) == 8
    assert failure.cause_lines(None) == []
