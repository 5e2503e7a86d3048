"""Brings a stack out of a state in which no change set can be made."""

from __future__ import annotations

from generator.deploy import failure, holdings
from generator.deploy.cloud import Stack
from generator.deploy.operation import Operation
from generator.deploy.plan import Attach, DeleteShell, Recreate, RollBack
from generator.errors import RefusedError


def clear(operation: Operation, stack: Stack, step: Attach | DeleteShell | Recreate | RollBack) -> None:
    """Take the step. Afterwards the stack has to be read again."""
    match step:
        case Attach():
            operation.attach(stack)
        case DeleteShell():
            delete_shell(operation, stack, step)
        case Recreate():
            delete_half_made(operation, stack, step)
        case RollBack():
            roll_back(operation, stack, step)


def delete_shell(operation: Operation, stack: Stack, step: DeleteShell) -> None:
    """Delete what a rolled back creation left: a stack without resources, except those it retained."""
    left = ", ".join(map(holdings.named, holdings.held(operation.cloud, stack))) or "nothing"
    operation.report.note(
        f"its creation failed before and was rolled back; it still holds: {left}. Deleting the stack"
    )
    refuse_protected(operation, stack)
    if step.asks:
        operation.ask(f"delete the failed {stack.name} and create it again?")
    operation.run(stack.id, lambda token: operation.cloud.delete_stack(stack.id, token=token))


def delete_half_made(operation: Operation, stack: Stack, step: Recreate) -> None:
    """Delete a stack whose creation failed and was not undone. What cannot go is left behind, and listed.

    A person's consent holds for what was listed beforehand. What turns out to be stuck is asked for again.
    """
    cloud, report = operation.cloud, operation.report
    refuse_protected(operation, stack)
    holdings.refuse_full(stack, holdings.full_buckets(cloud, stack, frozenset()))
    events = failure.last_operation(cloud.events(stack.id, after=None))
    cause = failure.root_cause(events)
    report.note(f"{stack.status}" + (f": {cause.logical_id}: {cause.reason}" if cause else ""))
    could_not_go = holdings.undeletable(cloud, stack)
    for found in could_not_go:
        report.note(f"stays behind if it still cannot be deleted: {holdings.because(found)}")
    for lost in failure.lost(events, cloud.resources(stack.id)):
        report.note(f"stays behind, for the stack does not hold it any more: {lost}")
    for line in holdings.fates(cloud, stack, frozenset()):
        report.note(line)
    if step.asks:
        operation.ask(f"delete the half-made {stack.name} and create it again?")
    ended, _ = operation.run(stack.id, lambda token: cloud.delete_stack(stack.id, token=token))
    if ended.status != "DELETE_FAILED":
        return
    stuck = holdings.undeletable(cloud, ended)
    for found in stuck:
        report.note(f"cannot be deleted, so it stays behind: {holdings.because(found)}")
    retain = tuple(found.logical_id for found in stuck)
    if step.asks and not {found.logical_id for found in could_not_go}.issuperset(retain):
        operation.ask(f"leave these behind, delete {stack.name} and create it again?")
    operation.run(stack.id, lambda token: cloud.delete_stack(stack.id, token=token, retain=retain))


def refuse_protected(operation: Operation, stack: Stack) -> None:
    """RefusedError for a stack with termination protection: that is lifted by `gen delete` alone."""
    if stack.termination_protection:
        raise RefusedError(
            f"{stack.name} has termination protection", f"delete it first: {operation.command('delete')}"
        )


def roll_back(operation: Operation, stack: Stack, step: RollBack) -> None:
    """Bring a stack whose update failed without rollback to its last good state."""
    if step.asks:
        operation.ask(f"roll {stack.name} back to its last good state and update it again?")
    operation.report.note("its update failed and rollback was off; rolling it back")
    operation.run(stack.id, lambda token: operation.cloud.rollback_stack(stack.id, token=token))


def discard_shell(operation: Operation, stack: Stack) -> None:
    """Delete a stack in REVIEW_IN_PROGRESS with its change sets. It holds nothing and is gone at once."""
    for found in operation.cloud.change_sets(stack.id):
        operation.cloud.delete_change_set(found.id)
    operation.cloud.delete_stack(stack.id, token=operation.tools.token())
