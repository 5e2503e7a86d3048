"""What to do next with a stack, from its status alone. Pure: the table of docs/deploying.md as code."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Create:
    """Make a CREATE change set; an empty shell in REVIEW_IN_PROGRESS is used again."""


@dataclass(frozen=True)
class Update:
    """Make an UPDATE change set."""


@dataclass(frozen=True)
class Attach:
    """Somebody's operation is running: follow it to its end, then decide again."""


@dataclass(frozen=True)
class DeleteShell:
    """A creation failed and was rolled back. Nothing lives in the stack: delete it, then create."""

    asks: bool


@dataclass(frozen=True)
class RollBack:
    """An update failed with rollback switched off: roll it back, then update."""

    asks: bool


@dataclass(frozen=True)
class Stop:
    """A person has to decide. ``why`` is the state in words, ``fix`` what to do about it.

    ``fix`` may name ``{stack}``, ``{region}``, ``{environment}``, ``{service}`` and ``{where}``.
    """

    why: str
    fix: str


Step = Create | Update | Attach | DeleteShell | RollBack | Stop

DELETE_AND_DEPLOY = (
    "gen delete --env {environment} --region {region} --stack {service}{where}, then deploy again; "
    "resources that cannot be deleted are listed there"
)
STOPS = {
    "CREATE_FAILED": Stop(
        "its creation failed and rollback was off, so it holds half of its resources", DELETE_AND_DEPLOY
    ),
    "ROLLBACK_FAILED": Stop("its creation failed, and so did the rollback", DELETE_AND_DEPLOY),
    "UPDATE_ROLLBACK_FAILED": Stop(
        "an update failed, and so did the rollback to the last good state",
        "remove the cause, then: aws cloudformation continue-update-rollback --stack-name {stack} "
        "--region {region} (--resources-to-skip takes those above that cannot go back), then deploy again",
    ),
    "DELETE_FAILED": Stop(
        "it was being deleted, and some resources could not be",
        "remove the cause, then: gen delete --env {environment} --region {region} --stack {service}{where}",
    ),
    "IMPORT_ROLLBACK_FAILED": Stop(
        "an import of resources failed, and so did its rollback",
        "look at its events: aws cloudformation describe-stack-events --stack-name {stack} --region {region}",
    ),
}


def plan(status: str | None, *, production: bool) -> Step:
    """The next step for a stack in ``status`` (None: there is no such stack).

    In ``production`` nothing is deleted or rolled back without a word. A status that this version does not
    know is a Stop.
    """
    match status:
        case None | "DELETE_COMPLETE" | "REVIEW_IN_PROGRESS":
            return Create()
        case (
            "CREATE_COMPLETE"
            | "UPDATE_COMPLETE"
            | "UPDATE_ROLLBACK_COMPLETE"
            | "IMPORT_COMPLETE"
            | "IMPORT_ROLLBACK_COMPLETE"
        ):
            return Update()
        case (
            "CREATE_IN_PROGRESS"
            | "ROLLBACK_IN_PROGRESS"
            | "UPDATE_IN_PROGRESS"
            | "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS"
            | "UPDATE_ROLLBACK_IN_PROGRESS"
            | "UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS"
            | "DELETE_IN_PROGRESS"
            | "IMPORT_IN_PROGRESS"
            | "IMPORT_ROLLBACK_IN_PROGRESS"
        ):
            return Attach()
        case "ROLLBACK_COMPLETE":
            return DeleteShell(asks=production)
        case "UPDATE_FAILED":
            return RollBack(asks=production)
        case _:
            return STOPS.get(status) or Stop(
                f"CloudFormation reports {status}, which this version of gen does not know",
                "look at the stack in the console, and update gen",
            )


def settled(status: str) -> bool:
    """Whether nothing is running in a stack of this status. REVIEW_IN_PROGRESS is an empty shell at rest."""
    return status == "REVIEW_IN_PROGRESS" or not status.endswith("_IN_PROGRESS")
