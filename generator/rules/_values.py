"""What a template says for certain: literals as they are, intrinsic functions where their outcome is known.

A value that only a deployment knows is UNKNOWN, and a rule says nothing about it.
"""

from __future__ import annotations

from enum import Enum
from typing import Any, Final

# Stands in a text for a part that only a deployment knows, as in ``arn:aws:s3:::<HOLE>/*``.
HOLE: Final = "\ufffc"


class Special(Enum):
    """Values that no template can spell."""

    ABSENT = "absent"
    UNKNOWN = "unknown"

    def __repr__(self) -> str:
        return self.name


ABSENT: Final = Special.ABSENT
UNKNOWN: Final = Special.UNKNOWN


def is_text(value: object) -> bool:
    """A text without holes."""
    return isinstance(value, str) and HOLE not in value


def truth(value: object) -> bool | None:
    """True and "true" alike, as CloudFormation reads them; None for what is no boolean."""
    if isinstance(value, bool):
        return value
    return {"true": True, "false": False}.get(value.lower()) if isinstance(value, str) else None


def number(value: object) -> float | None:
    """3, 3.0 and "3" alike; None for what is no number."""
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        return None
    try:
        return float(value)
    except ValueError:
        return None


def function_of(value: object) -> tuple[str, Any] | None:
    """("Ref", "Name") or ("Fn::Sub", …) where ``value`` is an intrinsic function; None where it is not."""
    if not isinstance(value, dict) or len(value) != 1:
        return None
    ((name, argument),) = value.items()
    if name in {"Ref", "Condition"} or (isinstance(name, str) and name.startswith("Fn::")):
        return name, argument
    return None
