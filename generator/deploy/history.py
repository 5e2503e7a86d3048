"""How long a stack's operations took before, from the events that CloudFormation kept. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from statistics import median

from generator.deploy.cloud import Event
from generator.deploy.failure import OPERATION_STARTS

LAST = 5


def durations(events: Sequence[Event], start: str) -> tuple[float, ...]:
    """Seconds of each finished operation among ``events`` (oldest first) that began with status ``start``.

    An operation that was rolled back says nothing about how long one takes, and is left out.
    """
    found: list[float] = []
    began: Event | None = None
    end = start.replace("_IN_PROGRESS", "_COMPLETE")
    for event in events:
        if not event.of_stack or not event.time:
            continue
        if event.status in OPERATION_STARTS or "ROLLBACK" in event.status:
            began = event if event.status == start else None
        elif event.status == end and began is not None:
            found.append(seconds(began, event))
            began = None
    return tuple(found)


def usual(events: Sequence[Event], start: str) -> float | None:
    """Median of the last LAST durations; None where there is none."""
    found = durations(events, start)[-LAST:]
    return median(found) if found else None


def seconds(first: Event, last: Event) -> float:
    """Between two events."""
    return (datetime.fromisoformat(last.time) - datetime.fromisoformat(first.time)).total_seconds()
