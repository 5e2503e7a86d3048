"""Stacks, their events and resources over botocore's own service model: what is sent and what is read."""

from __future__ import annotations

from typing import Any

from botocore.stub import Stubber

from generator.deploy.aws import AwsCloud
from generator.deploy.cloud import (
    Alarm,
    Cloud,
    Identity,
)
from generator.deploy.cloud_drift import Detection, Difference

from .stubbed import STACK, TIME


def test_aws_is_a_cloud(aws: AwsCloud) -> None:
    cloud: Cloud = aws
    assert cloud.region == "us-west-2"


def test_retries_and_timeouts_are_explicit(aws: AwsCloud) -> None:
    for client in (aws.cloudformation, aws.s3, aws.sts, aws.cloudwatch):
        config = client.meta.config
        assert config.retries["mode"] == "adaptive"
        assert (config.connect_timeout, config.read_timeout) == (5, 30)
        assert client.meta.region_name == "us-west-2"


def test_the_caller_is_known(aws: AwsCloud) -> None:
    with Stubber(aws.sts) as stubber:
        stubber.add_response(
            "get_caller_identity",
            {"Account": "111122223333", "Arn": "arn:aws:iam::111122223333:user/someone"},
            {},
        )
        assert aws.identity() == Identity("111122223333", "arn:aws:iam::111122223333:user/someone")


def test_a_stack_is_read_with_outputs_and_parameters(aws: AwsCloud, cloudformation: Stubber) -> None:
    answer = {
        "StackId": STACK,
        "StackName": "dev-us-west-2-items",
        "StackStatus": "CREATE_COMPLETE",
        "CreationTime": TIME,
        "Outputs": [{"OutputKey": "Url", "OutputValue": "https://x"}],
        "Parameters": [{"ParameterKey": "Email", "ParameterValue": "e"}],
        "EnableTerminationProtection": True,
    }
    cloudformation.add_response("describe_stacks", {"Stacks": [answer]}, {"StackName": "dev-us-west-2-items"})
    stack = aws.stack("dev-us-west-2-items")
    assert stack is not None
    assert (stack.id, stack.status, stack.termination_protection) == (STACK, "CREATE_COMPLETE", True)
    assert (stack.outputs, stack.parameters) == ({"Url": "https://x"}, {"Email": "e"})


def test_a_stack_that_does_not_exist_is_none(aws: AwsCloud, cloudformation: Stubber) -> None:
    cloudformation.add_client_error(
        "describe_stacks", "ValidationError", "Stack with id x does not exist", http_status_code=400
    )
    assert aws.stack("x") is None


def event(number: int) -> dict[str, Any]:
    return {
        "StackId": STACK,
        "EventId": str(number),
        "StackName": "s",
        "Timestamp": TIME,
        "LogicalResourceId": "A",
        "PhysicalResourceId": STACK if number == 1 else "p",
        "ResourceStatus": "CREATE_COMPLETE",
    }


def test_events_come_oldest_first_and_paging_stops_at_the_known_one(
    aws: AwsCloud, cloudformation: Stubber
) -> None:
    sent = {"StackName": STACK}
    page = {"StackEvents": [event(5), event(4)], "NextToken": "n"}
    cloudformation.add_response("describe_stack_events", page, sent)
    page = {"StackEvents": [event(3), event(2), event(1)], "NextToken": "never asked for"}
    cloudformation.add_response("describe_stack_events", page, {**sent, "NextToken": "n"})
    found = aws.events(STACK, after="2")
    assert [one.id for one in found] == ["3", "4", "5"]
    assert found[0].time == "2026-01-02T03:04:05+00:00"
    assert not found[0].of_stack
    cloudformation.add_response("describe_stack_events", {"StackEvents": [event(1)]}, sent)
    assert aws.events(STACK, after=None)[0].of_stack
    cloudformation.add_response("describe_stack_events", {"StackEvents": [event(9)], "NextToken": "n"}, sent)
    assert aws.last_event(STACK) == "9"


def test_deleted_stacks_of_a_name_are_found_the_last_one_first(
    aws: AwsCloud, cloudformation: Stubber
) -> None:
    def summary(name: str, number: int) -> dict[str, Any]:
        return {
            "StackId": f"{STACK}/{number}",
            "StackName": name,
            "StackStatus": "DELETE_COMPLETE",
            "CreationTime": TIME,
            "DeletionTime": TIME.replace(day=number),
        }

    filters = {"StackStatusFilter": ["DELETE_COMPLETE"]}
    page = {"StackSummaries": [summary("a", 3), summary("b", 4)], "NextToken": "n"}
    cloudformation.add_response("list_stacks", page, filters)
    cloudformation.add_response(
        "list_stacks", {"StackSummaries": [summary("a", 5)]}, {**filters, "NextToken": "n"}
    )
    found = aws.deleted_stacks("a")
    assert [stack.id for stack in found] == [f"{STACK}/5", f"{STACK}/3"]
    assert found[0].changed == "2026-01-05T03:04:05+00:00"


def test_drift_is_detected_and_read_over_all_pages(aws: AwsCloud, cloudformation: Stubber) -> None:
    cloudformation.add_response("detect_stack_drift", {"StackDriftDetectionId": "d"}, {"StackName": STACK})
    assert aws.start_drift_detection(STACK) == "d"
    status = {
        "StackId": STACK,
        "StackDriftDetectionId": "d",
        "DetectionStatus": "DETECTION_FAILED",
        "DetectionStatusReason": "denied",
        "Timestamp": TIME,
    }
    cloudformation.add_response(
        "describe_stack_drift_detection_status", status, {"StackDriftDetectionId": "d"}
    )
    assert aws.drift_detection("d") == Detection("DETECTION_FAILED", "denied")
    queue = {
        "StackId": STACK,
        "LogicalResourceId": "Queue",
        "ResourceType": "AWS::SQS::Queue",
        "StackResourceDriftStatus": "MODIFIED",
        "Timestamp": TIME,
        "PropertyDifferences": [
            {
                "PropertyPath": "/DelaySeconds",
                "ExpectedValue": "0",
                "ActualValue": "5",
                "DifferenceType": "NOT_EQUAL",
            }
        ],
    }
    gone = {**queue, "LogicalResourceId": "Gone", "StackResourceDriftStatus": "DELETED"}
    del gone["PropertyDifferences"]
    sent = {"StackName": STACK}
    cloudformation.add_response(
        "describe_stack_resource_drifts", {"StackResourceDrifts": [queue], "NextToken": "n"}, sent
    )
    cloudformation.add_response(
        "describe_stack_resource_drifts", {"StackResourceDrifts": [gone]}, {**sent, "NextToken": "n"}
    )
    found = aws.drifts(STACK)
    assert [one.status for one in found] == ["MODIFIED", "DELETED"]
    assert found[0].differences == (Difference("/DelaySeconds", "0", "5", "NOT_EQUAL"),)


def test_resources_policies_and_protection_are_read_and_set(aws: AwsCloud, cloudformation: Stubber) -> None:
    entry = {
        "LogicalResourceId": "Table",
        "ResourceType": "AWS::DynamoDB::Table",
        "ResourceStatus": "DELETE_FAILED",
        "ResourceStatusReason": "protected",
        "LastUpdatedTimestamp": TIME,
    }
    named = {"StackName": STACK}
    cloudformation.add_response("list_stack_resources", {"StackResourceSummaries": [entry]}, named)
    (resource,) = aws.resources(STACK)
    assert (resource.logical_id, resource.status, resource.reason) == ("Table", "DELETE_FAILED", "protected")
    cloudformation.add_response("get_stack_policy", {}, named)
    assert aws.stack_policy(STACK) == ""
    cloudformation.add_response("set_stack_policy", {}, {**named, "StackPolicyBody": "{}"})
    aws.set_stack_policy(STACK, "{}")
    cloudformation.add_response(
        "update_termination_protection", {}, {**named, "EnableTerminationProtection": True}
    )
    aws.protect(STACK)
    cloudformation.add_response("delete_stack", {}, {**named, "ClientRequestToken": "t"})
    aws.delete_stack(STACK, token="t")
    cloudformation.add_response(
        "rollback_stack", {}, {**named, "ClientRequestToken": "t", "RetainExceptOnCreate": True}
    )
    aws.rollback_stack(STACK, token="t")


def test_alarms_of_both_kinds_are_found(aws: AwsCloud) -> None:
    with Stubber(aws.cloudwatch) as stubber:
        stubber.add_response(
            "describe_alarms",
            {
                "MetricAlarms": [{"AlarmName": "a", "AlarmArn": "arn:a"}],
                "CompositeAlarms": [{"AlarmName": "b", "AlarmArn": "arn:b"}],
            },
            {"AlarmNames": ["a", "b", "c"], "AlarmTypes": ["MetricAlarm", "CompositeAlarm"]},
        )
        assert aws.alarms(("a", "b", "c")) == (
            Alarm("a", "arn:a", "AWS::CloudWatch::Alarm"),
            Alarm("b", "arn:b", "AWS::CloudWatch::CompositeAlarm"),
        )
    assert aws.alarms(()) == ()
