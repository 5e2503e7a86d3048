"""Which resources keep a stack in UPDATE_ROLLBACK_FAILED, as ContinueUpdateRollback names them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from generator.deploy.cloud import Cloud, Event
from generator.deploy.failure import CANCELLED

NESTED = "AWS::CloudFormation::Stack"
DEPTH = 10  # Nested stacks may nest; a cycle is impossible, but a bound costs nothing.


@dataclass(frozen=True)
class Stuck:
    """A resource that could not go back.

    ``name`` is its logical id, with the name of its nested stack and a dot before it where it is in one
    (ContinueUpdateRollback, "ResourcesToSkip", in the CloudFormation API Reference).
    """

    name: str
    type: str
    physical_id: str
    reason: str

    def __str__(self) -> str:
        return f"{self.name}  {self.type}  {self.physical_id}: {self.reason}"


def last_rollback(events: Sequence[Event]) -> tuple[Event, ...]:
    """The events (oldest first) since the stack last began to roll back."""
    starts = [
        index
        for index, event in enumerate(events)
        if event.of_stack and event.status == "UPDATE_ROLLBACK_IN_PROGRESS"
    ]
    return tuple(events[starts[-1] :]) if starts else ()


def failed_reverts(events: Sequence[Event]) -> tuple[Event, ...]:
    """The newest event of each resource whose update back failed. A cancelled one cannot be skipped."""
    newest = {event.logical_id: event for event in last_rollback(events) if not event.of_stack}
    return tuple(
        event
        for event in newest.values()
        if event.status == "UPDATE_FAILED" and event.reason.strip().rstrip(".") not in CANCELLED
    )


def stuck(cloud: Cloud, stack_id: str, *, prefix: str = "", depth: int = DEPTH) -> tuple[Stuck, ...]:
    """What could not go back in a stack and the stacks nested in it, by name.

    A nested stack itself can only be skipped when it is being deleted or gone. Else its resources stand for
    it.
    """
    found: list[Stuck] = []
    for event in failed_reverts(cloud.events(stack_id, after=None)):
        one = Stuck(prefix + event.logical_id, event.type, event.physical_id, event.reason)
        child = cloud.stack(event.physical_id) if event.type == NESTED and event.physical_id else None
        if child is None or child.status.startswith("DELETE_"):
            found.append(one)
        elif depth:
            found += stuck(cloud, child.id, prefix=f"{child.name}.", depth=depth - 1)
    return tuple(sorted(found, key=lambda one: one.name))
