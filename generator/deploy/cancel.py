"""``gen cancel``: stops what is running in a stack, as far as CloudFormation can."""

from __future__ import annotations

from generator.deploy import clear, endings, rollback
from generator.deploy.cloud import Stack
from generator.deploy.operation import Operation
from generator.deploy.outcome import Deleted, Outcome
from generator.deploy.recovery import (
    CancelUpdate,
    DeleteEmpty,
    DeleteNew,
    Follow,
    Nothing,
    Refuse,
    cancel_step,
)
from generator.errors import RefusedError


def cancel(operation: Operation, stack: Stack) -> Outcome:
    """Stop what is running in ``stack`` and follow it to its end.

    RefusedError where a person says no, and where CloudFormation cannot stop it (any more).
    """
    step = cancel_step(stack.status, production=operation.production)
    match step:
        case CancelUpdate():
            return cancel_update(operation, stack, step)
        case DeleteNew():
            operation.report.note(
                "CloudFormation cannot undo a creation that is running. It can delete the new stack, with "
                "all that it has made; or let it end"
            )
            return delete(operation, stack, f"delete {stack.name} while it is being created?")
        case DeleteEmpty():
            for found in operation.cloud.change_sets(stack.id):
                operation.report.note(f"waits to be executed: change set {found.name} ({found.status})")
            return delete(operation, stack, f"delete the change sets and the empty stack {stack.name}?")
        case Follow():
            return rollback.ending(operation, operation.attach(stack))
        case Nothing():
            return endings.at_rest(operation, stack, step.why)
        case Refuse():
            raise RefusedError(f"{stack.name}: {step.why}", endings.filled(operation, step.fix))


def cancel_update(operation: Operation, stack: Stack, step: CancelUpdate) -> Outcome:
    """Cancel an update. It may be done before it hears of that."""
    if step.asks:
        operation.ask(f"cancel the update of {stack.name} and roll it back?")
    cloud = operation.cloud
    ended, _ = operation.run(stack.id, lambda token: cloud.cancel_update(stack.id, token=token))
    if ended.status == "UPDATE_COMPLETE":
        raise RefusedError(
            f"{stack.name}: the update was done before it could be cancelled",
            "to go back to an earlier version, deploy its templates",
        )
    return rollback.ending(operation, ended)


def delete(operation: Operation, stack: Stack, question: str) -> Outcome:
    """Delete a stack that is not there yet. Asks everywhere: that is more than the command's name says."""
    operation.ask(question)
    cloud = operation.cloud
    if stack.status == "REVIEW_IN_PROGRESS":
        clear.discard_shell(operation, stack)
        return Deleted(operation.template.key)
    ended, _ = operation.run(stack.id, lambda token: cloud.delete_stack(stack.id, token=token))
    if ended.status == "DELETE_COMPLETE":
        return Deleted(operation.template.key)
    return rollback.ending(operation, ended)
