"""Contracts of aws_recovery.py with botocore's own service model."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from botocore.stub import Stubber

from generator.deploy import answers
from generator.deploy.aws import AwsCloud
from generator.deploy.cloud import ChangeSetRequest, Endpoint, StackMovedError

STACK = "arn:aws:cloudformation:us-west-2:111122223333:stack/dev-us-west-2-items/1"
STARTED = {"StackName": STACK, "ClientRequestToken": "t"}


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


def test_a_plain_deletion_sends_nothing_that_aws_takes_only_after_a_failure(
    aws: AwsCloud, cloudformation: Stubber
) -> None:
    cloudformation.add_response("delete_stack", {}, STARTED)
    aws.delete_stack(STACK, token="t")
    cloudformation.add_response("delete_stack", {}, {**STARTED, "RetainResources": ["A", "B"]})
    aws.delete_stack(STACK, token="t", retain=("A", "B"))
    cloudformation.add_response("delete_stack", {}, {**STARTED, "DeletionMode": "FORCE_DELETE_STACK"})
    aws.delete_stack(STACK, token="t", mode="FORCE_DELETE_STACK")


def test_rollbacks_delete_what_the_failed_operation_made(aws: AwsCloud, cloudformation: Stubber) -> None:
    cloudformation.add_response("rollback_stack", {}, {**STARTED, "RetainExceptOnCreate": True})
    aws.rollback_stack(STACK, token="t")
    cloudformation.add_response("continue_update_rollback", {}, STARTED)
    aws.continue_rollback(STACK, skip=(), token="t")
    cloudformation.add_response(
        "continue_update_rollback", {}, {**STARTED, "ResourcesToSkip": ["A", "Child.B"]}
    )
    aws.continue_rollback(STACK, skip=("A", "Child.B"), token="t")
    cloudformation.add_response("cancel_update_stack", {}, STARTED)
    aws.cancel_update(STACK, token="t")


def test_protection_is_switched_both_ways(aws: AwsCloud, cloudformation: Stubber) -> None:
    for switch, on in ((aws.protect, True), (aws.unprotect, False)):
        sent = {"StackName": STACK, "EnableTerminationProtection": on}
        cloudformation.add_response("update_termination_protection", {}, sent)
        switch(STACK)


@pytest.mark.parametrize(
    ("operation", "message"),
    [
        ("cancel_update_stack", "CancelUpdateStack cannot be called from current stack status"),
        ("continue_update_rollback", "ContinueUpdateRollback cannot be called from current stack status"),
        ("rollback_stack", "RollbackStack cannot be called from current stack status"),
        ("delete_stack", f"Stack [{STACK}] is in UPDATE_IN_PROGRESS state and can not be deleted."),
    ],
)
def test_a_stack_that_moved_is_told_from_other_refusals(
    aws: AwsCloud, cloudformation: Stubber, operation: str, message: str
) -> None:
    calls: dict[str, Any] = {
        "cancel_update_stack": lambda: aws.cancel_update(STACK, token="t"),
        "continue_update_rollback": lambda: aws.continue_rollback(STACK, skip=(), token="t"),
        "rollback_stack": lambda: aws.rollback_stack(STACK, token="t"),
        "delete_stack": lambda: aws.delete_stack(STACK, token="t"),
    }
    cloudformation.add_client_error(operation, "ValidationError", message, http_status_code=400)
    with pytest.raises(StackMovedError):
        calls[operation]()


def test_adopting_and_reverting_are_sent_only_when_they_were_asked_for() -> None:
    request: dict[str, Any] = {"stack": "s", "name": "n", "type": "UPDATE", "body": "{}", "token": "t"}
    plain = answers.create_arguments(ChangeSetRequest(**request))
    assert {"ImportExistingResources", "DeploymentMode", "DisableValidation", "DeploymentConfig"}.isdisjoint(
        plain
    )
    asked = answers.create_arguments(ChangeSetRequest(**request, adopt=True, revert_drift=True))
    assert asked == {**plain, "ImportExistingResources": True, "DeploymentMode": "REVERT_DRIFT"}
