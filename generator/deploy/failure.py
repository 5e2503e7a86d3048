"""Why an operation failed and what it left, read from its events. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

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
# What it says of a whole stack when resources failed: a summary of causes, and none itself.
SUMMARIES = ("The following resource(s) failed to", "Resource creation cancelled")
OPERATION_STARTS = frozenset(
    {
        "CREATE_IN_PROGRESS",
        "DELETE_IN_PROGRESS",
        "IMPORT_IN_PROGRESS",
        "REVIEW_IN_PROGRESS",
        "UPDATE_IN_PROGRESS",
    }
)
NESTED = "AWS::CloudFormation::Stack"
# HookStatus, and HookFailureMode of a hook that only warns: StackEvent in the CloudFormation API reference.
HOOK_FAILED = frozenset({"HOOK_COMPLETE_FAILED", "HOOK_FAILED"})
WARNS = "WARN"
# A resource's own reason, its handler's error code, and the name of CloudFormation's early validation.
TAKEN = re.compile(r"already exists(?! in stack)|HandlerErrorCode: AlreadyExists|NAME_CONFLICT_VALIDATION")
SHOWN = 5  # Causes on the screen; --json has them all.


@dataclass(frozen=True)
class Cause:
    """The first thing that went wrong. ``also`` is what else failed on its own, earliest first.

    ``logical_id`` is ``Nested.Queue`` for a resource of a nested stack. ``source`` is the line of the service
    that makes it; empty where it is not known, or where the stack itself gave the reason (``of_stack``).
    """

    logical_id: str
    type: str
    status: str
    reason: str
    physical_id: str = ""
    time: str = ""
    source: str = ""
    of_stack: bool = False
    also: tuple[Cause, ...] = ()


@dataclass(frozen=True)
class Left:
    """A resource that an operation left where nobody would look for it, and ``why``."""

    logical_id: str
    type: str
    physical_id: str
    why: str

    def __str__(self) -> str:
        """One line for people."""
        return f"{self.logical_id} ({self.physical_id or self.type}): {self.why}"


def taken(cause: Cause) -> bool:
    """Whether something failed because its name is taken, perhaps by what a deleted stack retained."""
    return any(TAKEN.search(f"{one.type} {one.reason}") for one in (cause, *cause.also))


def last_operation(events: Sequence[Event]) -> tuple[Event, ...]:
    """The events (oldest first) of the newest operation: from the stack event that began it.

    Events of nested stacks may be among them.
    """
    top = top_of(events)
    starts = [
        index
        for index, event in enumerate(events)
        if event.of_stack and event.stack_id == top and event.status in OPERATION_STARTS
    ]
    return tuple(events[starts[-1] :]) if starts else tuple(events)


def top_of(events: Sequence[Event]) -> str:
    """Id of the stack in which the others of ``events`` are nested; empty without events."""
    nested = {event.physical_id for event in events if event.type == NESTED and not event.of_stack}
    return next((event.stack_id for event in events if event.stack_id not in nested), "")


def findings_of(operation: Sequence[Event], validations: Iterable[Validation]) -> tuple[Validation, ...]:
    """Those of a stack's ``validations`` that belong to ``operation``, since AWS tells of older ones too."""
    known = {event.operation for event in operation if event.operation}
    began = operation[0].time if operation else ""
    return tuple(
        one
        for one in validations
        if (one.operation in known if known and one.operation else one.time >= began)
    )


def root_cause(events: Iterable[Event], validations: Iterable[Validation] = ()) -> Cause | None:
    """The earliest failure among ``events`` (oldest first) that is not CloudFormation's own cancellation.

    Other failures that nothing else explains stand in its ``also``. None where nothing is told.
    """
    return joined(causes(events, validations))


def joined(found: Sequence[Cause]) -> Cause | None:
    """Several causes as the first one with the others in ``also``."""
    return replace(found[0], also=tuple(found[1:])) if found else None


def causes(events: Iterable[Event], validations: Iterable[Validation] = ()) -> tuple[Cause, ...]:
    """Every failure that no other explains, earliest first; one for each resource.

    A failed validation or hook before the deployment comes before any resource. A nested stack that failed is
    replaced by what failed in it, as far as its events are among ``events``.
    """
    before = tuple({f"{one.name} {one.path} {one.logical_id}": finding(one) for one in validations}.values())
    told = list(events)
    stacks: dict[str, list[Event]] = {top_of(told): []}
    for event in told:
        stacks.setdefault(event.stack_id, []).append(event)
    return before + traced(stacks, top_of(told))


def traced(stacks: Mapping[str, Sequence[Event]], stack_id: str) -> tuple[Cause, ...]:
    """Causes in one stack, and in those nested in it. ``stacks`` holds each stack's events."""
    found: list[Cause] = []
    # An event of a failure may lack the id that earlier and later ones of the same resource have.
    ids = {event.logical_id: event.physical_id for event in stacks[stack_id] if event.physical_id}
    for cause in causes_of_one(stacks[stack_id]):
        inner_id = cause.physical_id or ids.get(cause.logical_id, "")
        nested = cause.type == NESTED and not cause.of_stack and inner_id in stacks
        inner = traced(stacks, inner_id) if nested else ()
        found += [
            replace(one, logical_id=cause.logical_id, of_stack=False)
            if one.of_stack
            else replace(one, logical_id=f"{cause.logical_id}.{one.logical_id}")
            for one in inner
        ] or [cause]
    return tuple(sorted(found, key=lambda cause: cause.time))


def causes_of_one(events: Iterable[Event]) -> tuple[Cause, ...]:
    """Causes among the events of one stack.

    What fails once the rollback has begun is a consequence, unless nothing failed before it and the stack
    gives no reason of its own (as for a rollback trigger or a cancelled update).
    """
    resources: dict[str, Cause] = {}
    consequences: dict[str, Cause] = {}
    of_stack: Cause | None = None
    rolls_back = False
    for event in events:
        rolls_back = rolls_back or (event.of_stack and "ROLLBACK_IN_PROGRESS" in event.status)
        cause = cause_of(event)
        if cause is None:
            continue
        if cause.of_stack:
            of_stack = of_stack or cause
        else:
            (consequences if rolls_back else resources).setdefault(event.logical_id, cause)
    if not resources and (of_stack is None or not of_stack.reason or of_stack.reason.startswith(SUMMARIES)):
        resources = consequences
    return tuple(resources.values()) or ((of_stack,) if of_stack else ())


def cause_of(event: Event) -> Cause | None:
    """What ``event`` tells of a failure; None for none, a cancellation, or a hook that only warns."""
    hook = event.hook_status in HOOK_FAILED
    rolls_back = event.of_stack and "ROLLBACK_IN_PROGRESS" in event.status
    if hook and event.hook_mode == WARNS:
        return None
    if not (hook or rolls_back or event.status.endswith("_FAILED")):
        return None
    if event.reason.strip().rstrip(".") in CANCELLED:
        return None
    return Cause(
        logical_id=event.logical_id,
        type=event.type,
        status=event.hook_status if hook else event.status,
        reason=f"hook {event.hook}: {event.reason}" if hook else event.reason,
        physical_id=event.physical_id,
        time=event.time,
        of_stack=event.of_stack,
    )


def finding(found: Validation) -> Cause:
    """A finding of a validation, or of a hook on a change set, as a cause."""
    where = found.path or found.name
    reason = f"{where}: {found.reason}" if where else found.reason
    return Cause(found.logical_id, found.name, "VALIDATION_FAILED", reason, time=found.time)


def retained(events: Iterable[Event]) -> tuple[Event, ...]:
    """Resources that CloudFormation let go without deleting them, which now belong to no stack."""
    return tuple(event for event in events if event.status == "DELETE_SKIPPED")


def stuck(resources: Iterable[Resource]) -> tuple[Resource, ...]:
    """Resources in a failed state."""
    return tuple(resource for resource in resources if resource.status.endswith("_FAILED"))


def left(events: Iterable[Event], resources: Iterable[Resource]) -> tuple[Left, ...]:
    """What an operation left: resources in a failed state, kept ones, and those it could not delete."""
    found = {
        one.physical_id or one.logical_id: Left(
            one.logical_id,
            one.type,
            one.physical_id,
            f"{one.status}: {one.reason}" if one.reason else one.status,
        )
        for one in stuck(resources)
    }
    ends: dict[str, Event] = {}
    for event in events:
        if not event.of_stack and event.status.startswith("DELETE_"):
            ends[event.physical_id or event.logical_id] = event
    for key, event in ends.items():
        if event.status == "DELETE_SKIPPED":
            why = "kept, and in no stack any more"
        elif event.status == "DELETE_FAILED":
            why = f"could not be deleted: {event.reason}"
        else:
            continue
        found.setdefault(key, Left(event.logical_id, event.type, event.physical_id, why))
    return tuple(found.values())


def lost(events: Iterable[Event], resources: Iterable[Resource]) -> tuple[Left, ...]:
    """What an operation left that is not among the ``resources`` of its stack any more.

    The embedded AWS forgets what the rollback of a creation could not delete; an account lists it.
    """
    listed = {one.logical_id for one in resources}
    return tuple(one for one in left(events, ()) if one.logical_id not in listed)


def located(cause: Cause | None, sources: Mapping[str, str]) -> Cause | None:
    """``cause`` with the line of the service that makes each resource; of a nested stack, its resource's."""
    if cause is None:
        return None
    return replace(
        cause,
        source=sources.get(cause.logical_id.partition(".")[0], ""),
        also=tuple(
            replace(one, source=sources.get(one.logical_id.partition(".")[0], "")) for one in cause.also
        ),
    )


def cause_lines(cause: Cause | None) -> list[str]:
    """A cause for people; what else failed is bounded."""
    if cause is None:
        return []
    lines = one_cause("cause", cause)
    for other in cause.also[: SHOWN - 1]:
        lines += one_cause("also", other)
    more = len(cause.also) - (SHOWN - 1)
    return [*lines, *([f"and {more} more; --json lists them all"] if more > 0 else [])]


def one_cause(word: str, cause: Cause) -> list[str]:
    """One cause: what and why, then where it comes from."""
    lines = [f"{word}: {cause.logical_id} ({cause.type}): {cause.reason or cause.status}"]
    if not cause.of_stack:
        physical = f", physical id {cause.physical_id}" if cause.physical_id else ""
        lines.append(f"  source: {cause.source or 'unknown, no service makes it now'}{physical}")
    return lines


def record(cause: Cause | None) -> dict[str, object] | None:
    """A cause for scripts."""
    if cause is None:
        return None
    return {
        "logical_id": cause.logical_id,
        "resource_type": cause.type,
        "physical_id": cause.physical_id,
        "status": cause.status,
        "reason": cause.reason,
        "time": cause.time,
        "source": cause.source or None,
        "also": [record(other) for other in cause.also],
    }
