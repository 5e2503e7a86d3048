"""How the deployment of one stack ended. Expected ends are values; cli.py learns of a bad one as an error."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from generator.deploy.cloud import Change
from generator.deploy.failure import Cause, located
from generator.errors import GenError, NeedsPersonError, RefusedError, StackFailedError, StillRunningError


@dataclass(frozen=True)
class Deployed:
    """The stack now is what was committed."""

    stack: str
    status: str
    outputs: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class NoChange:
    """The stack already was what was committed."""

    stack: str
    outputs: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Planned:
    """The changes were shown and nothing was executed."""

    stack: str
    changes: tuple[Change, ...]


@dataclass(frozen=True)
class Deleted:
    """The stack is gone. ``retained`` are the resources that live on, as ``LogicalId (physical id)``."""

    stack: str
    retained: tuple[str, ...] = ()


@dataclass(frozen=True)
class Restored:
    """A person asked for a rollback, and it is done. ``skipped`` were left as they are."""

    stack: str
    status: str
    skipped: tuple[str, ...] = ()


@dataclass(frozen=True)
class RolledBack:
    """It failed and the stack is as it was. ``left`` are resources that live on outside any stack."""

    stack: str
    status: str
    cause: Cause | None
    left: tuple[str, ...] = ()
    fix: str = ""


@dataclass(frozen=True)
class NeedsPerson:
    """The stack is in a state that only a person can decide about."""

    stack: str
    status: str
    why: str
    fix: str
    cause: Cause | None = None
    left: tuple[str, ...] = ()


@dataclass(frozen=True)
class Skipped:
    """Nothing was tried."""

    stack: str
    why: str


@dataclass(frozen=True)
class Stopped:
    """An error ended it before CloudFormation did: refused, wrong account, still running."""

    stack: str
    error: GenError


Outcome = Deployed | NoChange | Planned | Deleted | Restored | RolledBack | NeedsPerson | Skipped | Stopped

# The worst first: what a person must look at before all else.
WORST = (NeedsPersonError, StillRunningError, StackFailedError, RefusedError, GenError)


def error_of(outcome: Outcome) -> GenError | None:
    """The error that a bad outcome means for the exit code; None for a good one.

    A stack that was skipped because of another is no error of its own.
    """
    match outcome:
        case RolledBack():
            reason = f": {outcome.cause.logical_id}: {outcome.cause.reason}" if outcome.cause else ""
            return StackFailedError(f"{outcome.stack} was not deployed{reason}", outcome.fix)
        case NeedsPerson():
            return NeedsPersonError(f"{outcome.stack} is in {outcome.status}: {outcome.why}", outcome.fix)
        case Stopped():
            return outcome.error
        case _:
            return None


def worst(outcomes: Sequence[Outcome]) -> GenError | None:
    """The error that decides the exit code of a run over several stacks."""
    errors = [error for error in map(error_of, outcomes) if error is not None]
    return min(
        errors,
        key=lambda error: next(i for i, kind in enumerate(WORST) if isinstance(error, kind)),
        default=None,
    )


def is_detached(outcome: Outcome) -> bool:
    """Whether we stopped waiting for a stack: the time is up, credentials expired, or Ctrl-C."""
    return isinstance(outcome, Stopped) and isinstance(outcome.error, StillRunningError)


def with_source(outcome: Outcome, sources: Callable[[], Mapping[str, str]]) -> Outcome:
    """A failure with the lines of the service that make what failed; ``sources`` is asked only then."""
    if isinstance(outcome, RolledBack | NeedsPerson) and outcome.cause:
        return replace(outcome, cause=located(outcome.cause, sources()))
    return outcome
