"""Lists of many pages that never end, or come again."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.stub import Stubber

from generator.deploy.aws import AwsCloud
from generator.deploy.aws_repeating import PAGES
from generator.deploy.cloud import UnreadableError

from .stubbed import SET, STACK, TIME


def page(number: int, token: str) -> dict[str, Any]:
    resource = {
        "LogicalResourceId": f"Resource{number}",
        "ResourceType": "AWS::SNS::Topic",
        "ResourceStatus": "CREATE_COMPLETE",
        "LastUpdatedTimestamp": TIME,
    }
    return {"StackResourceSummaries": [resource], "NextToken": token}


@pytest.mark.parametrize(
    "pages",
    [
        [page(1, "a"), page(2, "b"), page(3, "a")],  # the tokens go round
        [page(1, "a"), page(1, "b")],  # each has a new token, and the same entries
    ],
    ids=["tokens", "entries"],
)
def test_pages_that_come_again_are_no_answer(
    aws: AwsCloud, cloudformation: Stubber, pages: list[dict[str, Any]]
) -> None:
    for one in pages:
        cloudformation.add_response("list_stack_resources", one)
    with pytest.raises(UnreadableError, match="the same page again"):
        aws.resources(STACK)


def test_pages_without_end_are_no_answer(aws: AwsCloud, cloudformation: Stubber) -> None:
    for number in range(PAGES):
        cloudformation.add_response("list_stack_resources", page(number, f"token-{number}"))
    with pytest.raises(UnreadableError, match=f"ListStackResources: no end after {PAGES} pages"):
        aws.resources(STACK)


def test_a_change_set_whose_pages_come_again_is_no_answer(aws: AwsCloud, cloudformation: Stubber) -> None:
    change = {"Action": "Add", "LogicalResourceId": "Topic", "ResourceType": "AWS::SNS::Topic"}
    head = {
        "ChangeSetId": SET,
        "ChangeSetName": "gen-abc-1",
        "StackId": STACK,
        "Status": "CREATE_COMPLETE",
        "Changes": [{"Type": "Resource", "ResourceChange": change}],
    }
    for token in ("a", "b"):
        cloudformation.add_response("describe_change_set", {**head, "NextToken": token})
    with pytest.raises(UnreadableError, match="the same page again"):
        aws.change_set(SET)
