"""Time, in UTC and in one width, so that text sorts as time does."""

import re
from collections.abc import Callable
from datetime import UTC, datetime

Clock = Callable[[], datetime]
_RFC_3339 = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})[Tt]([0-9]{2}:[0-9]{2}:[0-9]{2})(?:\.([0-9]{1,12}))?([Zz]|[+-][0-9]{2}:[0-9]{2})"
)


def utc_now() -> datetime:
    """Return the current time."""
    return datetime.now(UTC)


def timestamp(moment: datetime) -> str:
    """Return for example `2026-01-31T12:00:00.000000Z`: always 27 characters."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def parse_timestamp(text: str) -> datetime:
    """Return the moment that an RFC 3339 date and time names; digits after the microsecond are dropped.

    Raises:
        ValueError: the text is not one, has no offset from UTC, or names a moment that does not exist.
    """
    found = _RFC_3339.fullmatch(text)
    if found is None:
        raise ValueError("is not a date and time with an offset, such as 2026-01-31T12:00:00Z")
    day, time, fraction, offset = found.groups()
    offset = "+00:00" if offset in "Zz" else offset
    try:
        moment = datetime.fromisoformat(f"{day}T{time}.{(fraction or '')[:6]:0<6}{offset}")
        return moment.astimezone(UTC)
    except (ValueError, OverflowError):
        raise ValueError("names a moment that does not exist") from None


def epoch(moment: datetime) -> int:
    """Return whole seconds since 1970, the unit of a DynamoDB TTL attribute."""
    return int(moment.timestamp())
