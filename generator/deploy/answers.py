"""AWS's answers as the values of ``cloud``, and those values as arguments of a call."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from generator.deploy.cloud import (
    Change,
    ChangeSet,
    ChangeSetRequest,
    Detail,
    Event,
    Resource,
    Stack,
    Validation,
)

Answer = Mapping[str, Any]


def stack(answer: Answer) -> Stack:
    """From DescribeStacks or ListStacks, whose summaries lack outputs and parameters."""
    return Stack(
        id=answer["StackId"],
        name=answer["StackName"],
        status=answer["StackStatus"],
        reason=answer.get("StackStatusReason", ""),
        outputs={entry["OutputKey"]: entry["OutputValue"] for entry in answer.get("Outputs", [])},
        parameters={
            entry["ParameterKey"]: entry.get("ParameterValue", "") for entry in answer.get("Parameters", [])
        },
        termination_protection=answer.get("EnableTerminationProtection", False),
        changed=moment(
            answer.get("DeletionTime") or answer.get("LastUpdatedTime") or answer.get("CreationTime")
        ),
    )


def moment(time: datetime | None) -> str:
    """A time as ISO 8601; empty where there is none."""
    return time.isoformat() if time is not None else ""


def resource(answer: Answer) -> Resource:
    """From ListStackResources."""
    return Resource(
        logical_id=answer["LogicalResourceId"],
        type=answer["ResourceType"],
        status=answer["ResourceStatus"],
        physical_id=answer.get("PhysicalResourceId", ""),
        reason=answer.get("ResourceStatusReason", ""),
    )


def change_set(answer: Answer, changes: tuple[Change, ...]) -> ChangeSet:
    """From DescribeChangeSet; see also ``summary``."""
    return ChangeSet(
        id=answer["ChangeSetId"],
        name=answer["ChangeSetName"],
        stack_id=answer["StackId"],
        status=answer["Status"],
        execution_status=answer.get("ExecutionStatus", ""),
        reason=answer.get("StatusReason", ""),
        changes=changes,
        created=moment(answer.get("CreationTime")),
    )


def summary(answer: Answer) -> ChangeSet:
    """From ListChangeSets, whose summaries lack the changes."""
    return change_set(answer, ())


def change(answer: Answer) -> Change:
    """From a ResourceChange of DescribeChangeSet."""
    return Change(
        action=answer["Action"],
        logical_id=answer["LogicalResourceId"],
        type=answer["ResourceType"],
        physical_id=answer.get("PhysicalResourceId", ""),
        replacement=answer.get("Replacement", ""),
        policy_action=answer.get("PolicyAction", ""),
        details=tuple(detail(entry) for entry in answer.get("Details", [])),
        change_set=answer.get("ChangeSetId", ""),
    )


def detail(answer: Answer) -> Detail:
    """From a ResourceChangeDetail. ``Path`` is finer than ``Name`` (a property's name), but newer."""
    target = answer.get("Target", {})
    return Detail(
        attribute=target.get("Attribute", ""),
        name=target.get("Path", "").removeprefix("/Properties/").replace("/", ".") or target.get("Name", ""),
        before=target.get("BeforeValue"),
        after=target.get("AfterValue"),
        cause=answer.get("CausingEntity", ""),
    )


def event(answer: Answer) -> Event:
    """From DescribeStackEvents. A hook's finding is told as the reason of its event."""
    return Event(
        id=answer["EventId"],
        logical_id=answer.get("LogicalResourceId", ""),
        type=answer.get("ResourceType", ""),
        status=answer.get("ResourceStatus", ""),
        stack_id=answer["StackId"],
        physical_id=answer.get("PhysicalResourceId", ""),
        reason=answer.get("ResourceStatusReason", "") or answer.get("HookStatusReason", ""),
        time=moment(answer.get("Timestamp")),
        operation=answer.get("OperationId", ""),
        hook=answer.get("HookType", ""),
        hook_status=answer.get("HookStatus", ""),
        hook_mode=answer.get("HookFailureMode", ""),
    )


def validation(answer: Answer) -> Validation:
    """From an OperationEvent of DescribeEvents that is a validation's or a hook's."""
    return Validation(
        logical_id=answer.get("LogicalResourceId", ""),
        name=answer.get("ValidationName", "") or answer.get("HookType", ""),
        reason=answer.get("ValidationStatusReason", "") or answer.get("HookStatusReason", ""),
        path=answer.get("ValidationPath", ""),
        operation=answer.get("OperationId", ""),
        time=moment(answer.get("Timestamp")),
    )


def prevents(answer: Answer) -> bool:
    """Whether an OperationEvent is a finding that stops the operation, and not a mere warning."""
    finding = answer.get("EventType") in {"VALIDATION_ERROR", "HOOK_INVOCATION_ERROR"}
    return finding and "WARN" not in {answer.get("ValidationFailureMode"), answer.get("HookFailureMode")}


def finding(answer: Answer) -> Validation | None:
    """From an OperationEvent of DescribeEvents; None for one that stops nothing."""
    return validation(answer) if prevents(answer) else None


def description(request: ChangeSetRequest) -> str:
    """The description of the change set that ``request`` makes, by which it is known again."""
    return f"gen deploy {request.token}"


def create_arguments(request: ChangeSetRequest) -> dict[str, Any]:
    """Arguments of CreateChangeSet.

    OnStackFailure is always explicit: the reference gives DisableRollback a surprising default.
    """
    arguments: dict[str, Any] = {
        "StackName": request.stack,
        "ChangeSetName": request.name,
        "ChangeSetType": request.type,
        "ClientToken": request.token,
        "Description": description(request),
        "Capabilities": list(request.capabilities),
        "Parameters": [
            {"ParameterKey": name, "UsePreviousValue": True}
            if value is None
            else {"ParameterKey": name, "ParameterValue": value}
            for name, value in request.parameters.items()
        ],
        "Tags": [{"Key": key, "Value": value} for key, value in sorted(request.tags.items())],
        "OnStackFailure": "ROLLBACK",
        "IncludeNestedStacks": request.nested,
    }
    if request.url:
        arguments["TemplateURL"] = request.url
    else:
        arguments["TemplateBody"] = request.body
    if request.type == "UPDATE":
        arguments["RollbackConfiguration"] = {
            "RollbackTriggers": [{"Arn": alarm.arn, "Type": alarm.type} for alarm in request.alarms],
            "MonitoringTimeInMinutes": request.monitoring_minutes,
        }
    # Neither is sent unless it was asked for: a new default of AWS must not come in by itself.
    if request.adopt:
        arguments["ImportExistingResources"] = True
    if request.revert_drift:
        arguments["DeploymentMode"] = "REVERT_DRIFT"
    return arguments
