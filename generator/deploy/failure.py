"""Why an operation failed, read from its events. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from generator.deploy.cloud import Event, Resource, Validation

# CloudFormation's own words for a resource it stopped because another one had failed.
CANCELLED = frozenset(
    {
        "Resource creation cancelled",
        "Resource deletion cancelled",
        "Resource import cancelled",
        "Resource update cancelled",
    }
)
OPERATION_STARTS = frozenset(
    {
        "CREATE_IN_PROGRESS",
        "DELETE_IN_PROGRESS",
        "IMPORT_IN_PROGRESS",
        "REVIEW_IN_PROGRESS",
        "UPDATE_IN_PROGRESS",
    }
)


@dataclass(frozen=True)
class Cause:
    """The first thing that went wrong."""

    logical_id: str
    type: str
    status: str
    reason: str


def last_operation(events: Sequence[Event]) -> tuple[Event, ...]:
    """The events (oldest first) of the newest operation: from the stack event that began it."""
    starts = [
        index for index, event in enumerate(events) if event.of_stack and event.status in OPERATION_STARTS
    ]
    return tuple(events[starts[-1] :]) if starts else tuple(events)


def root_cause(events: Iterable[Event], validations: Sequence[Validation] = ()) -> Cause | None:
    """The earliest failure among ``events`` (oldest first) that is not CloudFormation's own cancellation.

    A failed validation comes before any resource. Where no resource failed (a rollback trigger, a cancelled
    update), it is what the stack itself gave as the reason. None where nothing is told.
    """
    for found in validations:
        where = found.path or found.name
        return Cause(
            found.logical_id,
            found.name,
            "VALIDATION_FAILED",
            f"{where}: {found.reason}" if where else found.reason,
        )
    of_stack: Cause | None = None
    for event in events:
        failed = event.status.endswith("_FAILED") or "ROLLBACK_IN_PROGRESS" in event.status
        if not failed or event.reason.strip().rstrip(".") in CANCELLED:
            continue
        cause = Cause(event.logical_id, event.type, event.status, event.reason)
        if not event.of_stack:
            return cause
        of_stack = of_stack or cause
    return of_stack


def retained(events: Iterable[Event]) -> tuple[Event, ...]:
    """Resources that CloudFormation let go without deleting them, which now belong to no stack."""
    return tuple(event for event in events if event.status == "DELETE_SKIPPED")


def stuck(resources: Iterable[Resource]) -> tuple[Resource, ...]:
    """Resources in a failed state."""
    return tuple(resource for resource in resources if resource.status.endswith("_FAILED"))
