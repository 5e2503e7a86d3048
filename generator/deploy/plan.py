"""What ``gen deploy`` does next with a stack. Pure: the tables of docs/deploying.md as code.

A test holds ``says`` of each step to those tables, and the tables to every status that botocore knows.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from generator.deploy.cloud import ChangeSet

if TYPE_CHECKING:
    from generator.deploy.job import Options


@dataclass(frozen=True)
class Create:
    """There is nothing, or an empty shell in REVIEW_IN_PROGRESS, which is used again."""

    says: ClassVar[str] = "CREATE; our failed change sets of an empty stack are deleted first"


@dataclass(frozen=True)
class Update:
    """The stack is sound."""

    says: ClassVar[str] = "UPDATE"


@dataclass(frozen=True)
class Attach:
    """Somebody's operation is running."""

    says: ClassVar[str] = "follows it to its end, then decides again"


@dataclass(frozen=True)
class DeleteShell:
    """A creation failed and was rolled back: nothing lives in the stack but what it retained."""

    asks: bool
    says: ClassVar[str] = "lists what it still holds, deletes it, CREATE"


@dataclass(frozen=True)
class Recreate:
    """A person said that the half-made stack may go."""

    asks: bool
    says: ClassVar[str] = (
        "explains; with `--recreate`: lists what goes and what stays, deletes it, "
        "leaves behind what cannot go, CREATE"
    )


@dataclass(frozen=True)
class RollBack:
    """An update failed with rollback switched off."""

    asks: bool
    says: ClassVar[str] = "rolls it back, then UPDATE"


@dataclass(frozen=True)
class Stop:
    """A person has to decide. ``why`` is the state in words, ``fix`` what to do about it.

    ``fix`` may name ``{stack}``, ``{region}``, ``{environment}``, ``{service}``, ``{where}``, ``{checks}``.
    """

    why: str
    fix: str
    says: str


@dataclass(frozen=True)
class Leave:
    """A plan changes nothing, so it cannot see past a state that has to be cleared up first."""

    why: str


StackStep = Create | Update | Attach | DeleteShell | Recreate | RollBack | Stop | Leave


@dataclass(frozen=True)
class Await:
    """CloudFormation is still computing the change set."""

    says: ClassVar[str] = "waits"


@dataclass(frozen=True)
class DecideAgain:
    """The change set is gone or out of date, or the stack has moved: somebody else was faster."""

    says: ClassVar[str] = "reads the stack and decides again, three times at most"


@dataclass(frozen=True)
class NothingToChange:
    """CloudFormation reports it as a failure."""

    says: ClassVar[str] = "deletes it; that is success"


@dataclass(frozen=True)
class Invalid:
    """It cannot be executed."""

    says: ClassVar[str] = "deletes it, says why"


@dataclass(frozen=True)
class Show:
    """``--plan``: show it, and delete it."""


@dataclass(frozen=True)
class Execute:
    """Show it, get consent, execute it."""

    asks: bool
    says: ClassVar[str] = "shows it, gets consent, executes it"


ChangeSetStep = Await | DecideAgain | NothingToChange | Invalid | Show | Execute

ALWAYS: dict[str | None, Create | Update | Attach] = {
    None: Create(),
    "DELETE_COMPLETE": Create(),
    "REVIEW_IN_PROGRESS": Create(),
    "CREATE_COMPLETE": Update(),
    "IMPORT_COMPLETE": Update(),
    "IMPORT_ROLLBACK_COMPLETE": Update(),
    "UPDATE_COMPLETE": Update(),
    "UPDATE_ROLLBACK_COMPLETE": Update(),
    "CREATE_IN_PROGRESS": Attach(),
    "DELETE_IN_PROGRESS": Attach(),
    "IMPORT_IN_PROGRESS": Attach(),
    "IMPORT_ROLLBACK_IN_PROGRESS": Attach(),
    "ROLLBACK_IN_PROGRESS": Attach(),
    "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS": Attach(),
    "UPDATE_IN_PROGRESS": Attach(),
    "UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS": Attach(),
    "UPDATE_ROLLBACK_IN_PROGRESS": Attach(),
}
HALF_MADE = frozenset({"CREATE_FAILED", "ROLLBACK_FAILED"})
RECREATE = (
    "gen deploy --env {environment} --region {region} --stack {service}{where}{checks} --recreate (deletes "
    "it, lists first what goes and what stays, and creates it again)"
)
EXPLAINS = "explains; "
STOPS = {
    "CREATE_FAILED": Stop(
        "its creation failed and rollback was off, so it holds half of its resources", RECREATE, Recreate.says
    ),
    "ROLLBACK_FAILED": Stop("its creation failed, and so did the rollback", RECREATE, Recreate.says),
    "UPDATE_ROLLBACK_FAILED": Stop(
        "an update failed, and so did the rollback to the last good state",
        "remove the cause, then: gen rollback {service} --env {environment} --region {region}{where} "
        "--continue",
        EXPLAINS + "`gen rollback --continue`, then deploy again",
    ),
    "DELETE_FAILED": Stop(
        "it was being deleted, and some resources could not be",
        "remove the cause, then: gen delete --env {environment} --region {region} --stack {service}{where}",
        EXPLAINS + "`gen delete`, with `--retain` for what has to stay behind, then deploy again",
    ),
    "IMPORT_ROLLBACK_FAILED": Stop(
        "an import of resources failed, and so did its rollback",
        "see what failed: gen diagnose {service} --env {environment} --region {region}{where}; then put "
        "it right by hand",
        EXPLAINS + "a person has to look at it",
    ),
}

COMPUTING = frozenset({"CREATE_PENDING", "CREATE_IN_PROGRESS"})
# Reasons of a change set that failed because there is nothing to change.
NO_CHANGES = ("didn't contain changes", "No updates are to be performed")


def plan(status: str | None, options: Options, *, production: bool) -> StackStep:
    """The next step for a stack in ``status`` (None: there is no such stack), before a change set is made.

    In ``production`` nothing is deleted or rolled back without a word. A status that this version does not
    know is a Stop.
    """
    step = by_status(status, options, production=production)
    if options.plan_only and isinstance(step, DeleteShell | Recreate | RollBack):
        return Leave(f"it is in {status}; gen deploy clears that up first")
    return step


def by_status(status: str | None, options: Options, *, production: bool) -> StackStep:
    """As ``plan``, for a run that may act."""
    if step := ALWAYS.get(status):
        return step
    if status == "ROLLBACK_COMPLETE":
        return DeleteShell(asks=production)
    if status == "UPDATE_FAILED":
        return RollBack(asks=production)
    if status in HALF_MADE and options.recreate:
        return Recreate(asks=production)
    return STOPS.get(str(status)) or unknown(str(status))


def unknown(status: str) -> Stop:
    """The step for a status that this version does not know."""
    return Stop(
        f"CloudFormation reports {status}, which this version of gen does not know",
        "look at the stack in the console, and update gen",
        EXPLAINS + "a person has to look at it",
    )


def plan_change_set(
    status: str | None, change_set: ChangeSet, options: Options, *, production: bool
) -> ChangeSetStep:
    """The next step for a change set of ours, while its stack is in ``status``."""
    if change_set.status in COMPUTING:
        return Await()
    if change_set.status == "FAILED":
        return NothingToChange() if is_empty(change_set) else Invalid()
    if change_set.status != "CREATE_COMPLETE" or change_set.execution_status not in {
        "AVAILABLE",
        "UNAVAILABLE",
    }:
        return DecideAgain()
    if change_set.execution_status == "UNAVAILABLE":
        return Invalid()
    if not isinstance(by_status(status, options, production=production), Create | Update):
        return DecideAgain()
    return Show() if options.plan_only else Execute(asks=production)


def is_empty(change_set: ChangeSet) -> bool:
    """Whether CloudFormation says that there is nothing to change, which it reports as a failure."""
    return change_set.status == "FAILED" and any(phrase in change_set.reason for phrase in NO_CHANGES)


def settled(status: str) -> bool:
    """Whether nothing is running in a stack of this status. REVIEW_IN_PROGRESS is an empty shell at rest."""
    return status == "REVIEW_IN_PROGRESS" or not status.endswith("_IN_PROGRESS")
