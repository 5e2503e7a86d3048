"""What ``gen rollback`` and ``gen cancel`` do with a stack, from its status alone. Pure.

A test holds ``says`` of each step to the tables of docs/deploying.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from generator.deploy import plan
from generator.deploy.plan import Stop, settled


@dataclass(frozen=True)
class RollBackStack:
    """An operation failed with rollback switched off."""

    asks: bool
    says: ClassVar[str] = "rolls it back; of a failed creation only the empty stack remains"


@dataclass(frozen=True)
class ContinueRollback:
    """A rollback got stuck, and a person said to go on."""

    asks: bool
    says: ClassVar[str] = (
        "explains; with `--continue`: tries again, then lists what still cannot go back, and leaves it as "
        "it is when a person agrees"
    )


@dataclass(frozen=True)
class CancelUpdate:
    """An update is running."""

    asks: bool
    says: ClassVar[str] = "cancels it; CloudFormation rolls the stack back"


@dataclass(frozen=True)
class DeleteNew:
    """A creation is running. CloudFormation has no way back but to delete all of it."""

    says: ClassVar[str] = (
        "says that only deletion ends a creation; deletes the new stack when a person agrees"
    )


@dataclass(frozen=True)
class DeleteEmpty:
    """Somebody looks at a change set of a stack that is not there yet."""

    says: ClassVar[str] = (
        "lists the waiting change sets; deletes them and the empty stack when a person agrees"
    )


@dataclass(frozen=True)
class Follow:
    """It is on its way back already."""

    says: ClassVar[str] = "follows it to its end"


@dataclass(frozen=True)
class Nothing:
    """There is nothing to do, which is success."""

    why: str
    says: str


@dataclass(frozen=True)
class Refuse:
    """CloudFormation cannot do that now. ``fix`` takes the words of ``Stop.fix``."""

    why: str
    fix: str
    says: str


RollbackStep = RollBackStack | ContinueRollback | Follow | Nothing | Refuse | Stop
CancelStep = CancelUpdate | DeleteNew | DeleteEmpty | Follow | Nothing | Refuse

GOING_BACK = frozenset(
    {
        "IMPORT_ROLLBACK_IN_PROGRESS",
        "ROLLBACK_IN_PROGRESS",
        "UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS",
        "UPDATE_ROLLBACK_IN_PROGRESS",
    }
)
ATTACH = "follow it: gen deploy --attach --env {environment} --region {region} --stack {service}{where}"
CANCEL = "to stop it: gen cancel {service} --env {environment} --region {region}{where}"


def rollback_step(status: str, *, continuing: bool, production: bool) -> RollbackStep:
    """What ``gen rollback`` does with a stack in ``status``; ``continuing`` is ``--continue``."""
    if status in {"CREATE_FAILED", "UPDATE_FAILED"}:
        return RollBackStack(asks=production)
    if status == "UPDATE_ROLLBACK_FAILED" and continuing:
        return ContinueRollback(asks=production)
    if status in GOING_BACK:
        return Follow()
    if status in {"CREATE_IN_PROGRESS", "UPDATE_IN_PROGRESS"}:
        return Refuse("nothing failed yet, it is still running", CANCEL, "refuses; `gen cancel` stops it")
    if not settled(status):
        return Refuse("that cannot be rolled back", ATTACH, "refuses; it cannot be rolled back")
    return at_rest(status)


def at_rest(status: str) -> Nothing | Stop:
    """What ``gen rollback`` says of a stack in which nothing runs and nothing can be rolled back."""
    if status in {"ROLLBACK_COMPLETE", "REVIEW_IN_PROGRESS"}:
        return Nothing(
            f"it is in {status}; there is nothing to go back to", "nothing failed, so there is nothing to do"
        )
    if status.endswith("_COMPLETE"):
        return Nothing(
            f"it is in {status}; nothing failed. To go back to an earlier version, deploy its templates",
            "nothing failed, so there is nothing to do",
        )
    return plan.STOPS.get(status) or plan.unknown(status)


def cancel_step(status: str, *, production: bool) -> CancelStep:
    """What ``gen cancel`` does with a stack in ``status``."""
    if status == "UPDATE_IN_PROGRESS":
        return CancelUpdate(asks=production)
    if status == "CREATE_IN_PROGRESS":
        return DeleteNew()
    if status == "REVIEW_IN_PROGRESS":
        return DeleteEmpty()
    if status in GOING_BACK:
        return Follow()
    if settled(status):
        return Nothing(
            f"it is in {status}; nothing is running", "nothing is running, so there is nothing to do"
        )
    return Refuse(
        f"CloudFormation does not stop a stack in {status}", ATTACH, "refuses; CloudFormation cannot stop it"
    )
