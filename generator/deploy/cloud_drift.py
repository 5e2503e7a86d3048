"""What the detection of drift asks of AWS, and what it is told: the part of ``cloud.Cloud`` about drift."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True)
class Difference:
    """One property that is not as the template says.

    ``path`` is a JSON pointer, ``kind`` ADD, REMOVE or NOT_EQUAL. ``expected`` and ``actual`` are AWS's texts
    of the values: a string, a number, JSON, or ``null``.
    """

    path: str
    expected: str
    actual: str
    kind: str


@dataclass(frozen=True)
class ResourceDrift:
    """A resource that was checked: DescribeStackResourceDrifts.

    ``status`` is IN_SYNC, MODIFIED, DELETED, NOT_CHECKED, UNKNOWN or UNSUPPORTED.
    """

    logical_id: str
    type: str
    status: str
    physical_id: str = ""
    differences: tuple[Difference, ...] = ()
    reason: str = ""


@dataclass(frozen=True)
class Detection:
    """A run of drift detection. ``status`` is DETECTION_IN_PROGRESS, _FAILED or _COMPLETE."""

    status: str
    reason: str = ""


class DriftCloud(Protocol):
    """Drift detection in one account and region."""

    def start_drift_detection(self, stack: str) -> str:
        """Start it and give its id. AWS refuses a stack in another state, and a second one at a time."""

    def drift_detection(self, identifier: str) -> Detection:
        """How far it is."""

    def drifts(self, stack: str) -> tuple[ResourceDrift, ...]:
        """What the last detection found. Resources of types that it cannot check are not among them."""
