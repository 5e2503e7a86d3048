"""Time, in UTC and in one width, so that text sorts as time does."""

from collections.abc import Callable
from datetime import UTC, datetime

Clock = Callable[[], datetime]


def utc_now() -> datetime:
    """Return the current time."""
    return datetime.now(UTC)


def timestamp(moment: datetime) -> str:
    """Return for example `2026-01-31T12:00:00.000000Z`: always 27 characters."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def epoch(moment: datetime) -> int:
    """Return whole seconds since 1970, the unit of a DynamoDB TTL attribute."""
    return int(moment.timestamp())
