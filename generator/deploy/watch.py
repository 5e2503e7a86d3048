"""Waiting for CloudFormation: with a deadline, and every event told once."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import TracebackType
from typing import Protocol, TypeVar

from generator.deploy.cloud import Cloud, Event, Stack, StackMovedError, UnreachableError, UnreadableError
from generator.deploy.failure import last_operation
from generator.deploy.plan import settled
from generator.deploy.tail import Tail
from generator.errors import DeployError, GenError, StillRunningError

Found = TypeVar("Found")
# Looks in a row whose answers are about something else, or cut: that many are no accident.
MISREAD_LOOKS = 5
# Looks in a row that tell of no event; then the stack itself is looked at.
SILENT_LOOKS = 10


class Clock(Protocol):
    """Time, so that tests need none."""

    def now(self) -> float:
        """Seconds since some moment."""

    def sleep(self, seconds: float) -> None:
        """Let that many seconds pass."""


@dataclass(frozen=True)
class SystemClock:
    """The machine's time. Every sleep, in any thread, ends with KeyboardInterrupt once ``stop`` is set."""

    stop: threading.Event = field(default_factory=threading.Event)

    def now(self) -> float:
        """See Clock."""
        return time.monotonic()

    def sleep(self, seconds: float) -> None:
        """See Clock."""
        if self.stop.wait(seconds):
            raise KeyboardInterrupt


@dataclass(frozen=True)
class Wait:
    """A wait that ends: at ``until`` on ``clock``, looking every ``interval`` seconds."""

    clock: Clock
    until: float
    interval: float

    def pause(self, what: str, fix: str, error: GenError | None = None) -> None:
        """Sleep once; StillRunningError with ``what`` and ``fix`` when the time is up.

        ``error`` is what went wrong with the last look.
        """
        left = self.until - self.clock.now()
        if left <= 0:
            because = f": {error.message}" if error else ""
            raise StillRunningError(f"{what} is still running; the time to wait is up{because}", fix)
        self.clock.sleep(min(self.interval, left))


class Sight:
    """How the looks of one wait went, each of which is a ``with`` block. ``error`` is that of the last one.

    A network that is gone is borne; answers that cannot be read only a few times in a row.
    """

    def __init__(self) -> None:
        self.error: UnreachableError | None = None
        self._misread = 0

    def __enter__(self) -> None:
        """A look begins."""

    def __exit__(
        self, _kind: type[BaseException] | None, error: BaseException | None, _trace: TracebackType | None
    ) -> bool:
        """It ends. Whether that is borne."""
        if error is not None and not isinstance(error, UnreachableError):
            return False
        self.error = error
        self._misread = self._misread + 1 if isinstance(error, UnreadableError) else 0
        return error is not None and self._misread < MISREAD_LOOKS


@contextmanager
def detaching(what: str, fix: str) -> Iterator[None]:
    """Turn Ctrl-C, and what keeps us from looking, into StillRunningError: CloudFormation goes on without us.

    That is expired credentials, or a call that is refused. A stack that is gone is not running.
    """
    try:
        yield
    except KeyboardInterrupt:
        raise StillRunningError(f"detached: {what} goes on in CloudFormation", fix) from None
    except StackMovedError:
        raise
    except DeployError as error:
        raise StillRunningError(
            f"{error.message}; {what} goes on in CloudFormation", f"{error.fix} ({fix})"
        ) from error


def follow(
    cloud: Cloud,
    stack_id: str,
    *,
    after: str | None,
    wait: Wait,
    show: Callable[[Event], None],
    again: str,
) -> tuple[Stack, tuple[Event, ...]]:
    """Watch the operation that began after the event ``after`` until the stack settles.

    Returns the stack and the operation's events, those of nested stacks too, oldest first; each was shown
    once. ``again`` is the command that comes back to it. The stack's status alone would not do: right after
    a start it is still the old one. It is looked at after SILENT_LOOKS looks without an event:
    StackMovedError where nothing runs and nothing was told. A network that is gone is waited for.
    """
    seen: list[Event] = []
    tail = Tail(cloud, stack_id, after)
    what = f"the operation on {stack_id}"
    sight, silent = Sight(), 0
    with detaching(what, again):
        while True:
            with sight:
                events = tail.read()
                for event in events:
                    seen.append(event)
                    show(event)
                silent = 0 if events else silent + 1
                over = ended([event for event in seen if event.stack_id == stack_id])
                if over or silent >= SILENT_LOOKS:
                    silent = 0
                    stack = at_rest(cloud, stack_id, again)
                    if stack is not None and not seen:
                        untold = f"{stack_id} is in {stack.status}, and no event tells why"
                        raise StackMovedError(untold, again)
                    if stack is not None:
                        return stack, tuple(seen)
            wait.pause(what, again, sight.error)


def at_rest(cloud: Cloud, stack_id: str, again: str) -> Stack | None:
    """The stack; None while something runs in it. StackMovedError where it is gone."""
    stack = cloud.stack(stack_id)
    if stack is None:
        raise StackMovedError(f"{stack_id} does not exist any more", again)
    return stack if settled(stack.status) else None


def ended(events: list[Event]) -> bool:
    """Whether the newest event of the stack itself is an end."""
    of_stack = [event for event in events if event.of_stack]
    return bool(of_stack) and not of_stack[-1].status.endswith("_IN_PROGRESS")


def patiently(look: Callable[[], Found], wait: Wait, what: str, again: str) -> Found:
    """What ``look`` finds; a network that is gone is waited for."""
    sight = Sight()
    while True:
        with sight:
            return look()
        wait.pause(what, again, sight.error)


def attach(
    cloud: Cloud, stack: Stack, *, wait: Wait, show: Callable[[Event], None], again: str
) -> tuple[Stack, tuple[Event, ...]]:
    """Follow the newest operation, which somebody else may have begun, from its first event to its end."""
    what = f"the operation on {stack.id}"
    with detaching(what, again):
        events = patiently(lambda: cloud.events(stack.id, after=None), wait, what, again)
    earlier = events[: len(events) - len(last_operation(events))]
    before = earlier[-1].id if earlier else None
    return follow(cloud, stack.id, after=before, wait=wait, show=show, again=again)
