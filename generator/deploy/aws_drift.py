"""Drift detection over boto3's client: the part of ``aws.AwsCloud`` for it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from generator.deploy.aws_repeating import Repeating
from generator.deploy.cloud_drift import Detection, Difference, ResourceDrift


class DriftCalls(Repeating):
    """What AwsCloud asks about drift."""

    def start_drift_detection(self, stack: str) -> str:
        """See DriftCloud."""
        with self.calling("cloudformation:DetectStackDrift", stack):
            identifier: str = self.cloudformation.detect_stack_drift(StackName=stack)["StackDriftDetectionId"]
        return identifier

    def drift_detection(self, identifier: str) -> Detection:
        """See DriftCloud."""

        def read() -> Detection:
            answer = self.cloudformation.describe_stack_drift_detection_status(
                StackDriftDetectionId=identifier
            )
            return Detection(answer["DetectionStatus"], answer.get("DetectionStatusReason", ""))

        action = "cloudformation:DescribeStackDriftDetectionStatus"
        found: Detection = self.repeating(action, identifier, read)
        return found

    def drifts(self, stack: str) -> tuple[ResourceDrift, ...]:
        """See DriftCloud."""
        named = {"StackName": stack}
        return tuple(
            self._pages("describe_stack_resource_drifts", "StackResourceDrifts", named, stack, resource_drift)
        )


def resource_drift(answer: Mapping[str, Any]) -> ResourceDrift:
    """From a StackResourceDrift."""
    return ResourceDrift(
        logical_id=answer["LogicalResourceId"],
        type=answer["ResourceType"],
        status=answer["StackResourceDriftStatus"],
        physical_id=answer.get("PhysicalResourceId", ""),
        differences=tuple(
            Difference(
                entry["PropertyPath"], entry["ExpectedValue"], entry["ActualValue"], entry["DifferenceType"]
            )
            for entry in answer.get("PropertyDifferences", [])
        ),
        reason=answer.get("DriftStatusReason", ""),
    )
