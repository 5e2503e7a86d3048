"""``gen rollback``: brings a stack whose operation failed back to its last good state."""

from __future__ import annotations

from collections.abc import Sequence

from generator.deploy import endings, hints, skips
from generator.deploy.cloud import Stack
from generator.deploy.operation import Operation
from generator.deploy.outcome import Outcome, Restored
from generator.deploy.plan import Stop
from generator.deploy.recovery import (
    ContinueRollback,
    Follow,
    Nothing,
    Refuse,
    RollBackStack,
    rollback_step,
)
from generator.deploy.skips import Stuck
from generator.errors import RefusedError, UsageError

RESTORED = frozenset(
    {"DELETE_COMPLETE", "IMPORT_ROLLBACK_COMPLETE", "ROLLBACK_COMPLETE", "UPDATE_ROLLBACK_COMPLETE"}
)


def rollback(operation: Operation, stack: Stack, *, continuing: bool, skip: Sequence[str]) -> Outcome:
    """Roll ``stack`` back, or go on with a rollback that is stuck (``continuing``), leaving out ``skip``.

    UsageError for something to skip that went back, or does not exist. RefusedError where a person says no.
    """
    step = rollback_step(stack.status, continuing=continuing, production=operation.production)
    match step:
        case RollBackStack():
            if step.asks:
                operation.ask(f"roll {stack.name} back to its last good state?")
            cloud = operation.cloud
            ended, _ = operation.run(stack.id, lambda token: cloud.rollback_stack(stack.id, token=token))
            return ending(operation, ended)
        case ContinueRollback():
            return go_on(operation, stack, step, skip)
        case Follow():
            return ending(operation, operation.attach(stack))
        case Nothing():
            return endings.at_rest(operation, stack, step.why)
        case Refuse():
            raise RefusedError(
                f"{stack.name} is in {stack.status}: {step.why}", endings.filled(operation, step.fix)
            )
        case Stop():
            return endings.needs_person(operation, stack, step)


def ending(operation: Operation, stack: Stack, skipped: Sequence[str] = ()) -> Outcome:
    """The outcome of a rollback that ended."""
    if stack.status in RESTORED:
        return Restored(operation.template.key, stack.status, tuple(skipped))
    step = rollback_step(stack.status, continuing=False, production=operation.production)
    if not isinstance(step, Stop):
        step = endings.strange(operation)
    return endings.needs_person(operation, stack, step)


def go_on(operation: Operation, stack: Stack, step: ContinueRollback, skip: Sequence[str]) -> Outcome:
    """Continue a rollback that is stuck.

    Without ``skip`` it is first tried again as it is: the cause may have been removed, and what is skipped is
    no longer what the template says. What still cannot go back is shown, and skipped only if a person agrees.
    """
    report = operation.report
    found = skips.stuck(operation.cloud, stack.id)
    if step.asks:
        operation.ask(f"go on with the rollback of {stack.name}?")
    if not skip:
        for one in found:
            report.note(f"could not go back, is tried again: {one}")
        stack = continued(operation, stack, ())
        if stack.status != "UPDATE_ROLLBACK_FAILED":
            return ending(operation, stack)
        found = skips.stuck(operation.cloud, stack.id)
        if not found:
            return ending(operation, stack)
        agree(operation, stack, found)
        skip = [one.name for one in found]
    refuse_unknown(stack, skip, found)
    for one in found:
        if one.name in skip:
            report.note(f"is left as it is: {one}")
    ended = continued(operation, stack, tuple(skip))
    outcome = ending(operation, ended, skip)
    if isinstance(outcome, Restored):
        report.note(
            "what was left as it is may differ from the template: make them equal, then: "
            f"{operation.command('deploy')}"
        )
    return outcome


def continued(operation: Operation, stack: Stack, skip: tuple[str, ...]) -> Stack:
    """One attempt, followed to its end."""
    cloud = operation.cloud
    ended, _ = operation.run(
        stack.id, lambda token: cloud.continue_rollback(stack.id, skip=skip, token=token)
    )
    return ended


def agree(operation: Operation, stack: Stack, found: Sequence[Stuck]) -> None:
    """RefusedError, with the command that skips by name, unless a person agrees to leave these."""
    for one in found:
        operation.report.note(f"cannot go back: {one}")
    these = ", ".join(one.name for one in found)
    names = " ".join(f"--skip {one.name}" for one in found)
    try:
        operation.ask(f"leave as it is now: {these}; and finish the rollback of {stack.name}?")
    except RefusedError as error:
        raise RefusedError(
            f"{stack.name} is still in {stack.status}: {these} cannot go back",
            f"remove the cause, then: {operation.again}; or leave them as they are: "
            f"{operation.again} {names}",
        ) from error


def refuse_unknown(stack: Stack, skip: Sequence[str], found: Sequence[Stuck]) -> None:
    """UsageError for what cannot be skipped: CloudFormation takes only what failed to go back."""
    known = [one.name for one in found]
    for name in skip:
        if name not in known:
            raise UsageError(
                f"--skip {name}: only what could not go back in {stack.name} can be skipped; that is: "
                f"{', '.join(known) or 'nothing'}",
                hints.choose(name, known),
            )
