"""Drift detection and the memory of deleted stacks, for ``fakes.FakeCloud``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

from generator.deploy.cloud import Stack
from generator.deploy.cloud_drift import Detection, ResourceDrift
from generator.errors import DeployError

# "Detect drift on an entire CloudFormation stack" in the CloudFormation User Guide.
DETECTABLE = ("CREATE_COMPLETE", "UPDATE_COMPLETE", "UPDATE_ROLLBACK_COMPLETE", "UPDATE_ROLLBACK_FAILED")


class Time(Protocol):
    def now(self) -> float: ...


@dataclass
class Running:
    """A detection: its stack, and when it ends."""

    stack: str
    until: float


class FakeDrift:
    """``actual`` tells how resources are, by logical id; ``uncheckable`` types are never looked at."""

    clock: Time
    stacks: list[Any]

    def __init__(self) -> None:
        self.actual: dict[str, ResourceDrift] = {}
        self.uncheckable: set[str] = set()
        self.detection_s = 5.0
        self.detections: dict[str, Running] = {}
        self.checked: dict[str, tuple[ResourceDrift, ...]] = {}

    def called(self, method: str) -> None:
        raise NotImplementedError

    def get(self, name: str) -> Any:
        raise NotImplementedError

    def start_drift_detection(self, stack: str) -> str:
        self.called("start_drift_detection")
        found = self.get(stack)
        if found.status not in DETECTABLE:
            raise DeployError(f"ValidationError: Stack [{found.name}] is in {found.status} state")
        if any(one.stack == found.id and one.until > self.clock.now() for one in self.detections.values()):
            raise DeployError(
                f"ValidationError: Drift detection is already in progress for stack [{found.id}]"
            )
        identifier = f"detection-{len(self.detections)}"
        self.detections[identifier] = Running(found.id, self.clock.now() + self.detection_s)
        return identifier

    def drift_detection(self, identifier: str) -> Detection:
        self.called("drift_detection")
        running = self.detections[identifier]
        if running.until > self.clock.now():
            return Detection("DETECTION_IN_PROGRESS")
        stack = self.get(running.stack)
        self.checked[stack.id] = tuple(
            self.actual.get(name, ResourceDrift(name, entry["Type"], "IN_SYNC", f"physical-{name}"))
            for name, entry in stack.body["Resources"].items()
            if entry["Type"] not in self.uncheckable
        )
        unread = [one.logical_id for one in self.checked[stack.id] if one.status == "UNKNOWN"]
        if unread:
            return Detection("DETECTION_FAILED", f"Failed to detect drift on resources [{', '.join(unread)}]")
        return Detection("DETECTION_COMPLETE")

    def drifts(self, stack: str) -> tuple[ResourceDrift, ...]:
        self.called("drifts")
        return self.checked.get(self.get(stack).id, ())

    def deleted_stacks(self, name: str) -> tuple[Stack, ...]:
        self.called("deleted_stacks")
        return tuple(
            Stack(id=one.id, name=one.name, status=one.status, changed=one.events[-1].time)
            for one in reversed(self.stacks)
            if one.name == name and one.status == "DELETE_COMPLETE"
        )
