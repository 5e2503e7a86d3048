"""Change sets over botocore's own service model: what is sent, what is read, what a lost answer means."""

from __future__ import annotations

import pytest
from botocore.stub import Stubber

from generator.deploy.aws import AwsCloud
from generator.deploy.cloud import (
    Alarm,
    LostError,
    StackMovedError,
    UnreachableError,
    Validation,
)

from .stubbed import SET, STACK, TIME, request

EXPECTED = {
    "StackName": "dev-us-west-2-items",
    "ChangeSetName": "gen-abc-1",
    "ClientToken": "t",
    "Description": "gen deploy t",
    "Capabilities": ["CAPABILITY_IAM"],
    "Parameters": [
        {"ParameterKey": "A", "ParameterValue": "1"},
        {"ParameterKey": "B", "UsePreviousValue": True},
    ],
    "Tags": [{"Key": "a", "Value": "1"}, {"Key": "b", "Value": "2"}],
    "OnStackFailure": "ROLLBACK",
    "IncludeNestedStacks": False,
}


def test_a_creation_says_what_happens_on_failure_and_has_no_triggers(
    aws: AwsCloud, cloudformation: Stubber
) -> None:
    cloudformation.add_response(
        "create_change_set",
        {"Id": SET, "StackId": STACK},
        {**EXPECTED, "ChangeSetType": "CREATE", "TemplateBody": "{}"},
    )
    made = aws.create_change_set(request())
    assert made is not None
    assert (made.id, made.stack_id, made.status) == (SET, STACK, "CREATE_PENDING")


def test_an_update_always_states_its_triggers(aws: AwsCloud, cloudformation: Stubber) -> None:
    alarm = Alarm("a", "arn:aws:cloudwatch:us-west-2:111122223333:alarm:a", "AWS::CloudWatch::CompositeAlarm")
    for alarms, triggers in (((), []), ((alarm,), [{"Arn": alarm.arn, "Type": alarm.type}])):
        cloudformation.add_response(
            "create_change_set",
            {"Id": SET, "StackId": STACK},
            {
                **EXPECTED,
                "ChangeSetType": "UPDATE",
                "TemplateURL": "https://x",
                "RollbackConfiguration": {"RollbackTriggers": triggers, "MonitoringTimeInMinutes": 5},
            },
        )
        aws.create_change_set(request(type="UPDATE", url="https://x", alarms=alarms, monitoring_minutes=5))


def test_a_name_that_is_taken_is_none_but_a_stack_that_exists_has_moved(
    aws: AwsCloud, cloudformation: Stubber
) -> None:
    cloudformation.add_client_error(
        "create_change_set", "AlreadyExistsException", "ChangeSet gen-abc-1 exists"
    )
    head = {"ChangeSetId": SET, "ChangeSetName": "gen-abc-1", "StackId": STACK, "Status": "CREATE_PENDING"}
    named = {"StackName": "dev-us-west-2-items", "ChangeSetName": "gen-abc-1"}
    cloudformation.add_response("describe_change_set", {**head, "Description": "gen deploy other"}, named)
    assert aws.create_change_set(request()) is None
    cloudformation.add_client_error(
        "create_change_set", "AlreadyExistsException", "ChangeSet gen-abc-1 exists"
    )
    cloudformation.add_response("describe_change_set", {**head, "Description": "gen deploy t"}, named)
    ours = aws.create_change_set(request())
    assert ours is not None
    assert (ours.id, ours.name) == (SET, "gen-abc-1")
    for code, message in (
        ("AlreadyExistsException", "Stack [x] already exists"),
        ("ValidationError", "Stack [x] already exists and cannot be created again with the changeSet [y]."),
        ("ValidationError", "Stack:arn:x is in UPDATE_IN_PROGRESS state and can not be updated."),
        ("ValidationError", "Stack [x] does not exist"),
    ):
        cloudformation.add_client_error("create_change_set", code, message, http_status_code=400)
        with pytest.raises(StackMovedError):
            aws.create_change_set(request())


def test_a_change_set_is_read_page_by_page_with_values(aws: AwsCloud, cloudformation: Stubber) -> None:
    head = {
        "ChangeSetId": SET,
        "ChangeSetName": "gen-abc-1",
        "StackId": STACK,
        "Status": "CREATE_COMPLETE",
        "ExecutionStatus": "AVAILABLE",
    }
    modify = {
        "Action": "Modify",
        "LogicalResourceId": "Table",
        "ResourceType": "AWS::DynamoDB::Table",
        "Replacement": "True",
        "PolicyAction": "ReplaceAndRetain",
        "Details": [
            {
                "Target": {
                    "Attribute": "Properties",
                    "Name": "KeySchema",
                    "Path": "/Properties/KeySchema/0/AttributeName",
                    "RequiresRecreation": "Always",
                    "BeforeValue": "a",
                    "AfterValue": "b",
                },
                "CausingEntity": "Name",
            }
        ],
    }
    add = {"Action": "Add", "LogicalResourceId": "Topic", "ResourceType": "AWS::SNS::Topic"}
    sent = {"ChangeSetName": SET, "IncludePropertyValues": True}
    page = {**head, "Changes": [{"Type": "Resource", "ResourceChange": modify}], "NextToken": "n"}
    cloudformation.add_response("describe_change_set", page, sent)
    page = {**head, "Changes": [{"Type": "Resource", "ResourceChange": add}]}
    cloudformation.add_response("describe_change_set", page, {**sent, "NextToken": "n"})
    found = aws.change_set(SET)
    assert found is not None
    first, second = found.changes
    assert (first.replacement, first.policy_action, second.action) == ("True", "ReplaceAndRetain", "Add")
    (detail,) = first.details
    assert (detail.name, detail.before, detail.after, detail.cause) == (
        "KeySchema.0.AttributeName",
        "a",
        "b",
        "Name",
    )


def test_a_change_set_that_is_gone_is_none_and_is_deleted_already(
    aws: AwsCloud, cloudformation: Stubber
) -> None:
    cloudformation.add_client_error("describe_change_set", "ChangeSetNotFound", "", http_status_code=404)
    assert aws.change_set(SET) is None
    cloudformation.add_client_error("delete_change_set", "ChangeSetNotFound", "", http_status_code=404)
    aws.delete_change_set(SET)


def test_execution_has_a_token_and_retains_nothing_that_failed(
    aws: AwsCloud, cloudformation: Stubber
) -> None:
    sent = {"ChangeSetName": SET, "ClientRequestToken": "t", "RetainExceptOnCreate": True}
    cloudformation.add_response("execute_change_set", {}, sent)
    aws.execute_change_set(SET, token="t")
    head = {"ChangeSetId": SET, "ChangeSetName": "gen-abc-1", "StackId": STACK, "Status": "CREATE_COMPLETE"}
    cloudformation.add_client_error("execute_change_set", "InvalidChangeSetStatus", "OBSOLETE")
    cloudformation.add_response("describe_change_set", {**head, "ExecutionStatus": "OBSOLETE"})
    with pytest.raises(StackMovedError):
        aws.execute_change_set(SET, token="t")
    # Its first try came through, and only the answer was lost.
    cloudformation.add_client_error("execute_change_set", "InvalidChangeSetStatus", "EXECUTE_IN_PROGRESS")
    cloudformation.add_response("describe_change_set", {**head, "ExecutionStatus": "EXECUTE_IN_PROGRESS"})
    aws.execute_change_set(SET, token="t")


def test_failed_validations_are_asked_for_by_change_set(aws: AwsCloud, cloudformation: Stubber) -> None:
    entry = {
        "EventId": "1",
        "StackId": STACK,
        "Timestamp": TIME,
        "EventType": "VALIDATION_ERROR",
        "LogicalResourceId": "Bucket",
        "ValidationName": "NAME_CONFLICT_VALIDATION",
        "ValidationStatusReason": "taken",
        "ValidationPath": "/Resources/Bucket",
    }
    other = {**entry, "EventType": "STACK_EVENT"}
    sent = {"ChangeSetName": SET, "Filters": {"FailedEvents": True}}
    cloudformation.add_response("describe_events", {"OperationEvents": [entry, other]}, sent)
    when = "2026-01-02T03:04:05+00:00"
    expected = Validation("Bucket", "NAME_CONFLICT_VALIDATION", "taken", "/Resources/Bucket", time=when)
    assert aws.validations(change_set=SET) == (expected,)


def test_findings_of_hooks_count_and_warnings_do_not(aws: AwsCloud, cloudformation: Stubber) -> None:
    common = {"EventId": "1", "StackId": STACK, "Timestamp": TIME, "OperationId": "o"}
    hook = {
        **common,
        "EventType": "HOOK_INVOCATION_ERROR",
        "HookType": "Team::Encryption::Hook",
        "HookStatus": "HOOK_COMPLETE_FAILED",
        "HookStatusReason": "no key",
    }
    warnings = [
        {**hook, "HookFailureMode": "WARN"},
        {**common, "EventType": "VALIDATION_ERROR", "ValidationFailureMode": "WARN"},
    ]
    cloudformation.add_response(
        "describe_events",
        {"OperationEvents": [*warnings, hook]},
        {"StackName": STACK, "Filters": {"FailedEvents": True}},
    )
    (found,) = aws.validations(stack=STACK)
    assert (found.name, found.reason, found.operation) == ("Team::Encryption::Hook", "no key", "o")


def test_a_call_without_an_answer_is_done_where_its_effect_is_found(
    aws: AwsCloud, cloudformation: Stubber
) -> None:
    head = {"ChangeSetId": SET, "ChangeSetName": "gen-abc-1", "StackId": STACK, "Status": "CREATE_COMPLETE"}
    busy = {"service_error_code": "InternalFailure", "http_status_code": 500}
    cloudformation.add_client_error("create_change_set", **busy)
    cloudformation.add_response("describe_change_set", {**head, "Description": "gen deploy t"})
    made = aws.create_change_set(request())
    assert made is not None
    assert made.id == SET
    cloudformation.add_client_error("execute_change_set", **busy)
    cloudformation.add_response("describe_change_set", {**head, "ExecutionStatus": "EXECUTE_IN_PROGRESS"})
    aws.execute_change_set(SET, token="t")
    cloudformation.add_client_error("delete_change_set", **busy)
    cloudformation.add_client_error("describe_change_set", "ChangeSetNotFound", http_status_code=404)
    aws.delete_change_set(SET)
    stack = {"StackId": STACK, "StackName": "x", "StackStatus": "DELETE_IN_PROGRESS", "CreationTime": TIME}
    cloudformation.add_client_error("delete_stack", **busy)
    cloudformation.add_response("describe_stacks", {"Stacks": [stack]})
    aws.delete_stack(STACK, token="t")


def test_a_call_without_an_answer_and_without_effect_has_failed(
    aws: AwsCloud, cloudformation: Stubber
) -> None:
    head = {"ChangeSetId": SET, "ChangeSetName": "gen-abc-1", "StackId": STACK, "Status": "CREATE_COMPLETE"}
    busy = {"service_error_code": "InternalFailure", "http_status_code": 500}
    cloudformation.add_client_error("create_change_set", **busy)
    cloudformation.add_client_error("describe_change_set", "ChangeSetNotFound", http_status_code=404)
    with pytest.raises(LostError, match="gen-abc-1 of dev-us-west-2-items is not there, or not yet"):
        aws.create_change_set(request())
    cloudformation.add_client_error("execute_change_set", **busy)
    cloudformation.add_response("describe_change_set", {**head, "ExecutionStatus": "AVAILABLE"})
    with pytest.raises(UnreachableError, match="AWS failed in cloudformation:ExecuteChangeSet") as caught:
        aws.execute_change_set(SET, token="t")
    assert type(caught.value) is UnreachableError
    cloudformation.add_client_error("delete_stack", **busy)
    cloudformation.add_client_error("describe_stacks", **busy)
    with pytest.raises(LostError, match="it may have begun, which is not known"):
        aws.delete_stack(STACK, token="t")
