"""How far each stack is: one row a stack, fed by its events, shown as one line that fits the terminal."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from generator.deploy.cloud import Event
from generator.deploy.failure import OPERATION_STARTS

STACK = "AWS::CloudFormation::Stack"
BAR = 20
# A terminal narrower than that has no room for the bar, or for what is being made.
WITH_BAR = 72
WITH_CURRENT = 48
FULL, EMPTY = "━", "─"
FULL_ASCII, EMPTY_ASCII = "#", "."

WAITING, PREPARING, ASKING, ANSWERED = "waiting", "preparing", "waiting for an answer", "answered"

Resource = tuple[str, str]  # id of the stack or nested stack, logical id


@dataclass(frozen=True)
class Row:
    """One stack of a run. Times are seconds of the run's clock.

    ``expected`` is how many resources the change set touches, where that is known. ``done`` and ``seen`` are
    resources of the running operation, nested ones too. ``usual`` is how long this operation took before.
    ``change_set`` is one that was asked for and not discarded; ``begun``: an operation was asked for.
    """

    stack: str
    state: str = WAITING
    expected: int = 0
    seen: frozenset[Resource] = frozenset()
    done: frozenset[Resource] = frozenset()
    nested: frozenset[str] = frozenset()
    current: str = ""
    began: float | None = None
    usual: float | None = None
    ended: bool = False
    change_set: str = ""
    begun: bool = False

    @property
    def total(self) -> int:
        """Resources to do, as far as they are known."""
        return max(self.expected, len(self.seen))


def after(row: Row, event: Event, now: float) -> Row:
    """``row`` after ``event``."""
    if event.of_stack and event.stack_id not in row.nested:
        return after_stack(row, event, now)
    resource = (event.stack_id, event.logical_id)
    if event.of_stack:
        return row  # The nested stack is a resource of its parent, which tells the same.
    if event.type == STACK and event.physical_id:
        row = replace(row, nested=row.nested | {event.physical_id})
    seen = row.seen | {resource}
    if event.status.endswith("_IN_PROGRESS"):
        return replace(row, seen=seen, done=row.done - {resource}, current=event.logical_id)
    current = "" if row.current == event.logical_id else row.current
    done = row.done | {resource} if event.status.endswith(("_COMPLETE", "_SKIPPED")) else row.done
    return replace(row, seen=seen, done=done, current=current)


def after_stack(row: Row, event: Event, now: float) -> Row:
    """``row`` after an event of the stack itself: an operation begins, turns back, tidies up or ends."""
    if event.status in OPERATION_STARTS:
        fresh = replace(row, seen=frozenset(), done=frozenset(), nested=frozenset(), current="", usual=None)
        return replace(fresh, state=event.status, began=now)
    if "ROLLBACK_IN_PROGRESS" in event.status:
        # What was done is undone: as many resources as were touched.
        return replace(
            row, state=event.status, expected=len(row.seen), done=frozenset(), current="", usual=None
        )
    return replace(row, state=event.status, current="")


class Board:
    """The rows of a run, in order. Threads put events on it, and one of them looks at it."""

    def __init__(self, stacks: Iterable[str], now: Callable[[], float]) -> None:
        self._rows = {stack: Row(stack) for stack in stacks}
        self._now = now
        self._lock = threading.Lock()

    def change(self, stack: str, **fields: object) -> None:
        """Set fields of a row."""
        with self._lock:
            self._rows[stack] = replace(self._rows[stack], **fields)  # type: ignore[arg-type]

    def event(self, stack: str, event: Event) -> None:
        """Take in an event."""
        with self._lock:
            self._rows[stack] = after(self._rows[stack], event, self._now())

    def rows(self) -> tuple[Row, ...]:
        """All rows as they are now."""
        with self._lock:
            return tuple(self._rows.values())

    def row(self, stack: str) -> Row:
        """One row as it is now."""
        with self._lock:
            return self._rows[stack]

    def lines(self, width: int, *, ascii_only: bool) -> list[str]:
        """A line for each stack that is under way, none longer than ``width``."""
        now = self._now()
        busy = [row for row in self.rows() if not row.ended and row.state != WAITING]
        names = max((len(row.stack) for row in busy), default=0)
        return [line(row, now, width, names, ascii_only=ascii_only) for row in busy]


def line(row: Row, now: float, width: int, names: int, *, ascii_only: bool) -> str:
    """A row as text of at most ``width`` characters; ``names`` is the width of the longest stack's name."""
    parts = [row.stack.ljust(names)]
    if row.began is not None:
        if width >= WITH_BAR:
            parts.append(bar(len(row.done), row.total, ascii_only=ascii_only))
        parts.append(f"{len(row.done)}/{row.total}")
        parts.append(times(now - row.began, row.usual))
    parts.append(row.state)
    if width >= WITH_CURRENT and row.current:
        parts.append(row.current)
    return "  ".join(parts)[:width]


def bar(done: int, total: int, *, ascii_only: bool) -> str:
    """A bar of BAR characters."""
    full = BAR * done // total if total else 0
    a, b = (FULL_ASCII, EMPTY_ASCII) if ascii_only else (FULL, EMPTY)
    return a * full + b * (BAR - full)


def times(elapsed: float, usual: float | None) -> str:
    """What has passed, and how long it usually takes."""
    return minutes(elapsed) + (f" of ~{minutes(usual)}" if usual is not None else "")


def minutes(seconds: float) -> str:
    """``m:ss``."""
    whole = max(0, int(seconds))
    return f"{whole // 60}:{whole % 60:02}"
