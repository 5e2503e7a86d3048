"""Why an operation failed: what has to be fetched for it, nested stacks and failed validations included."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from generator.deploy import failure
from generator.deploy.cloud import Cloud, Event, Validation
from generator.deploy.failure import NESTED, Cause
from generator.errors import DeployError

DEPTH = 5  # Stacks in stacks that are followed; each of them costs a call.
Note = Callable[[str], None]


def with_nested(cloud: Cloud, operation: Sequence[Event]) -> tuple[Event, ...]:
    """The events of an operation, then those of stacks nested in it that are not among them yet.

    Nested stacks that cannot be read are left out.
    """
    known = {event.stack_id for event in operation}
    found, level = list(operation), list(operation)
    for _ in range(DEPTH):
        nested = {event.physical_id for event in level if is_nested(event)} - known
        known |= nested
        level = [
            event
            for stack_id in sorted(nested)
            for event in events_of(cloud, stack_id)
            if event.time >= operation[0].time
        ]
        found += level
    return tuple(found)


def is_nested(event: Event) -> bool:
    """Whether it tells of a nested stack that exists."""
    return event.type == NESTED and not event.of_stack and event.physical_id.startswith("arn:")


def events_of(cloud: Cloud, stack_id: str) -> tuple[Event, ...]:
    """Every event of a nested stack; none where it cannot be read."""
    try:
        return cloud.events(stack_id, after=None)
    except DeployError:
        return ()


def validations(cloud: Cloud, note: Note, *, stack: str = "", change_set: str = "") -> tuple[Validation, ...]:
    """What CloudFormation's validation found. A caller that may not ask still learns the rest."""
    try:
        return cloud.validations(stack=stack, change_set=change_set)
    except DeployError as error:
        note(f"findings of the validation could not be read: {error.message}")
        return ()


def root_cause(operation: Sequence[Event], found: Sequence[Validation]) -> Cause | None:
    """Root cause of an operation.

    A stack that fails in CloudFormation's validation tells only that it did: the findings stand elsewhere.
    """
    causes = failure.causes(operation)
    mine = failure.findings_of(operation, found)
    if mine and all(cause.of_stack for cause in causes):
        causes = failure.causes((), mine)
    return failure.joined(causes)
