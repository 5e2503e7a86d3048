"""Whether an answer is about what was asked for: the right stack, account and region.

A cache or a gateway in between can give the answer to another call, and a name alone would not show it.
"""

from __future__ import annotations

from dataclasses import dataclass

FIELDS = 6  # arn:partition:service:region:account:resource


class StrangerError(Exception):
    """The answer is about something else than what was asked for."""


@dataclass(frozen=True)
class Place:
    """Where everything must be that CloudFormation tells of. ``account`` is empty until it is known."""

    region: str
    account: str = ""


def check(found: str, *, kind: str, asked: str, place: Place) -> None:
    """StrangerError unless ``found`` is the ARN of what was ``asked`` for.

    ``kind`` is ``stack`` or ``changeSet``; ``asked`` is an ARN, a name, or empty for any in ``place``.
    """
    parts = found.split(":", FIELDS - 1)
    resource = parts[-1].split("/")
    if len(parts) != FIELDS or parts[2] != "cloudformation" or resource[0] != kind or len(resource) < 3:
        raise StrangerError(f"its {kind} has no ARN")
    _arn, _partition, _service, region, account, _resource = parts
    if region != place.region:
        raise StrangerError(f"it is about region {region}, not {place.region}")
    if place.account and account != place.account:
        raise StrangerError(f"it is about account {account}, not {place.account}")
    fits = found == asked if asked.startswith("arn:") else asked in {"", resource[1]}
    if not fits:
        raise StrangerError(f"it is about another {kind} than was asked for, {resource[1]}")
