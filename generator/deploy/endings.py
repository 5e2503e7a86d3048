"""How an operation ended that a person has to look at, in one screen."""

from __future__ import annotations

from collections.abc import Sequence

from generator.deploy import failure, holdings, skips
from generator.deploy.cloud import Event, Stack
from generator.deploy.operation import Operation
from generator.deploy.outcome import NeedsPerson
from generator.deploy.plan import Stop


def filled(operation: Operation, fix: str) -> str:
    """A fix with the words of this stack."""
    gen = operation.template.gen
    return fix.format(
        stack=gen.stack_name,
        region=gen.region,
        environment=gen.environment,
        service=gen.service,
        where=operation.where,
    )


def strange(operation: Operation) -> Stop:
    """For a status that no operation of ours should end in."""
    return Stop(
        "the operation ended there, which is no end that was asked for",
        f"look at the cause, then: {operation.again}",
        says="",
    )


def needs_person(
    operation: Operation, stack: Stack, step: Stop, events: Sequence[Event] | None = None
) -> NeedsPerson:
    """The outcome of a state that is left to a person, with what stands in the way.

    ``events`` are those of the operation, where they are known.
    """
    if events is None:
        events = failure.last_operation(operation.cloud.events(stack.id, after=None))
    fix = filled(operation, step.fix)
    behind = [f"--retain {one.logical_id}" for one in holdings.undeletable(operation.cloud, stack)]
    if behind and stack.status == "DELETE_FAILED":
        fix += f"; to leave behind what cannot go: {operation.command('delete')} {' '.join(behind)}"
    return NeedsPerson(
        operation.template.key,
        stack.status,
        step.why,
        fix,
        cause=failure.root_cause(events),
        left=stuck(operation, stack),
    )


def stuck(operation: Operation, stack: Stack) -> tuple[str, ...]:
    """What keeps the stack where it is, a line each."""
    reverts = skips.stuck(operation.cloud, stack.id) if stack.status == "UPDATE_ROLLBACK_FAILED" else ()
    if reverts:
        return tuple(map(str, reverts))
    found = failure.stuck(operation.cloud.resources(stack.id))
    return tuple(map(holdings.because, holdings.with_reasons(operation.cloud, stack, found)))
