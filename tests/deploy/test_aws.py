"""Contracts of aws.py with botocore's own service models: what is sent, what is read, what errors become."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from botocore.exceptions import ConnectTimeoutError, EndpointConnectionError, NoCredentialsError
from botocore.stub import Stubber

from generator.deploy import api_errors
from generator.deploy.aws import AwsCloud, ForeignAnswerError, from_aws
from generator.deploy.cloud import (
    Alarm,
    ChangeSetRequest,
    Cloud,
    Endpoint,
    ExpiredError,
    Identity,
    LostError,
    StackMovedError,
    UnreachableError,
    Validation,
)
from generator.deploy.cloud_drift import Detection, Difference
from generator.errors import DeployError

STACK = "arn:aws:cloudformation:us-west-2:111122223333:stack/dev-us-west-2-items/1"
SET = "arn:aws:cloudformation:us-west-2:111122223333:changeSet/gen-abc-1/2"
TIME = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


@pytest.fixture(scope="module")
def aws() -> Iterator[AwsCloud]:
    cloud = AwsCloud("us-west-2", Endpoint("", "key", "secret"))
    yield cloud
    cloud.close()


@pytest.fixture
def cloudformation(aws: AwsCloud) -> Iterator[Stubber]:
    with Stubber(aws.cloudformation) as stubber:
        yield stubber
        stubber.assert_no_pending_responses()


@pytest.fixture
def s3(aws: AwsCloud) -> Iterator[Stubber]:
    with Stubber(aws.s3) as stubber:
        yield stubber
        stubber.assert_no_pending_responses()


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


def request(**changes: Any) -> ChangeSetRequest:
    values: dict[str, Any] = {
        "stack": "dev-us-west-2-items",
        "name": "gen-abc-1",
        "type": "CREATE",
        "body": "{}",
        "parameters": {"A": "1", "B": None},
        "capabilities": ("CAPABILITY_IAM",),
        "tags": {"b": "2", "a": "1"},
        "token": "t",
        **changes,
    }
    return ChangeSetRequest(**values)


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


WHERE = {"bucket": "b", "key": "code/k.zip", "owner": "111122223333"}
HEAD = {"Bucket": "b", "Key": "code/k.zip", "ExpectedBucketOwner": "111122223333", "ChecksumMode": "ENABLED"}


def test_an_object_is_there_when_its_checksum_says_so(aws: AwsCloud, s3: Stubber) -> None:
    s3.add_response("head_object", {"ChecksumSHA256": "sum"}, HEAD)
    assert aws.uploaded(**WHERE, sha256="sum")
    s3.add_response("head_object", {}, HEAD)
    assert aws.uploaded(**WHERE, sha256="sum")
    s3.add_client_error("head_object", "404", http_status_code=404)
    assert not aws.uploaded(**WHERE, sha256="sum")
    s3.add_response("head_object", {"ChecksumSHA256": "other"}, HEAD)
    with pytest.raises(DeployError, match="other content"):
        aws.uploaded(**WHERE, sha256="sum")
    s3.add_client_error("head_object", "403", http_status_code=403)
    with pytest.raises(DeployError) as caught:
        aws.uploaded(**WHERE, sha256="sum")
    assert '"Action": "s3:GetObject", "Resource": "arn:aws:s3:::b/code/k.zip"' in caught.value.fix


def test_an_upload_names_owner_and_checksum_and_never_overwrites(aws: AwsCloud, s3: Stubber) -> None:
    sent = {
        "Bucket": "b",
        "Key": "code/k.zip",
        "Body": b"zip",
        "ChecksumAlgorithm": "SHA256",
        "ChecksumSHA256": "sum",
        "ExpectedBucketOwner": "111122223333",
        "IfNoneMatch": "*",
    }
    s3.add_response("put_object", {}, sent)
    aws.upload(**WHERE, body=b"zip", sha256="sum")
    s3.add_client_error("put_object", "PreconditionFailed", http_status_code=412)
    aws.upload(**WHERE, body=b"zip", sha256="sum")


def test_a_bucket_with_only_delete_markers_is_not_empty(aws: AwsCloud, s3: Stubber) -> None:
    sent = {"Bucket": "b", "MaxKeys": 1}
    s3.add_response("list_object_versions", {}, sent)
    assert aws.is_empty("b")
    s3.add_response("list_object_versions", {"DeleteMarkers": [{"Key": "k"}]}, sent)
    assert not aws.is_empty("b")
    s3.add_client_error("list_object_versions", "NoSuchBucket")
    assert aws.is_empty("b")


def test_templates_have_a_url_in_the_region_or_at_the_endpoint(aws: AwsCloud) -> None:
    assert (
        aws.object_url(bucket="b", key="templates/x.json")
        == "https://b.s3.us-west-2.amazonaws.com/templates/x.json"
    )
    local = AwsCloud("us-west-2", Endpoint("http://127.0.0.1:4566", "test", "test"))
    assert local.object_url(bucket="b", key="t/x y") == "http://127.0.0.1:4566/b/t/x%20y"
    local.close()


@pytest.mark.parametrize(
    ("code", "message", "status", "kind", "words"),
    [
        ("ExpiredToken", "", 403, ExpiredError, "expired"),
        ("InvalidClientTokenId", "bad", 403, DeployError, "does not accept the credentials"),
        ("Throttling", "Rate exceeded", 400, UnreachableError, "throttles cloudformation:X"),
        ("InternalFailure", "", 500, UnreachableError, "AWS failed"),
        ("LimitExceededException", "too many", 400, DeployError, "quota"),
        ("ValidationError", "Template format error", 400, DeployError, "Template format error"),
        ("InsufficientCapabilitiesException", "Requires", 400, DeployError, "Requires"),
        ("AccessDenied", "", 403, DeployError, "cloudformation:X on the-resource"),
    ],
)
def test_every_error_says_what_to_do(
    code: str, message: str, status: int, kind: type[DeployError], words: str
) -> None:
    error = api_errors.translated(
        code=code, message=message, status=status, action="cloudformation:X", resource="the-resource"
    )
    assert type(error) is kind
    assert words in error.message
    assert error.fix


def test_access_denied_names_what_aws_names() -> None:
    message = (
        "User: arn:aws:sts::1:assumed-role/dev/me is not authorized to perform: "
        "cloudformation:CreateChangeSet on resource: arn:aws:cloudformation:us-west-2:1:stack/x/*"
    )
    error = api_errors.denied(message=message, action="cloudformation:X", resource="x")
    assert '"Action": "cloudformation:CreateChangeSet"' in error.fix
    assert '"Resource": "arn:aws:cloudformation:us-west-2:1:stack/x/*"' in error.fix


@pytest.mark.parametrize(
    ("raised", "kind"),
    [
        (EndpointConnectionError(endpoint_url="https://x"), UnreachableError),
        (ConnectTimeoutError(endpoint_url="https://x"), UnreachableError),
        (NoCredentialsError(), DeployError),
    ],
)
def test_a_lost_network_and_missing_credentials_are_told_apart(
    aws: AwsCloud, raised: Exception, kind: type[DeployError]
) -> None:
    with pytest.raises(DeployError) as caught, aws.calling("cloudformation:DescribeStacks", "x"):
        raise raised
    assert type(caught.value) is kind
    assert caught.value.fix


@pytest.mark.parametrize(
    ("status", "headers", "body", "foreign"),
    [
        (200, {}, b"<html>Sign in</html>", True),
        (200, {"X-Amzn-RequestId": "r"}, b"", False),
        (404, {"x-amz-request-id": "r"}, b"", False),
        (400, {}, b"<ErrorResponse><RequestId>r</RequestId></ErrorResponse>", False),
        (400, {}, b'{"__type": "Throttling"}', False),
        (403, {}, b"<html>Blocked</html>", True),
        (502, {}, b"<html>Bad Gateway</html>", False),
    ],
)
def test_an_answer_without_a_request_id_is_not_from_aws(
    status: int, headers: dict[str, str], body: bytes, foreign: bool
) -> None:
    answer = {"status_code": status, "headers": headers, "body": body}
    if foreign:
        with pytest.raises(ForeignAnswerError, match=f"HTTP {status} without a request id"):
            from_aws(response_dict=answer)
    else:
        from_aws(response_dict=answer)


def test_what_is_no_answer_of_aws_is_waited_out_like_no_answer(aws: AwsCloud) -> None:
    says = pytest.raises(UnreachableError, match="is not an answer of AWS")
    with says as caught, aws.calling("cloudformation:DescribeStacks", "x"):
        raise ForeignAnswerError("HTTP 200 without a request id")
    assert "login page" in caught.value.fix


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


def test_a_profile_that_does_not_exist_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_PROFILE", "no-such-profile")
    with pytest.raises(DeployError, match="no-such-profile"):
        AwsCloud("us-west-2", Endpoint())
