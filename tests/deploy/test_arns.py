"""Answers are held to what was asked for: the stack, the account, the region, the change set."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from botocore.stub import Stubber

from generator.deploy import arns, environment
from generator.deploy.arns import Place, StrangerError
from generator.deploy.aws import AwsCloud
from generator.deploy.cloud import UnreadableError

from .fakes import FakeCloud
from .stubbed import SET, STACK, TIME, request
from .support import TOPIC, body, committed, site
from .test_environment import DEV

NAME = "dev-us-west-2-items"
HERE = Place("us-west-2", "111122223333")
OTHERS = {
    "region": ("us-west-2:1", "eu-west-1:1"),
    "account": ("111122223333", "999999999999"),
    "stack": (f"{NAME}/1", f"{NAME}x/1"),
    "service": (":cloudformation:", ":s3:"),
    "no ARN": (STACK, "dev-us-west-2-items"),
}


@pytest.mark.parametrize("asked", [STACK, NAME, ""])
@pytest.mark.parametrize("place", [HERE, Place("us-west-2")])
def test_what_was_asked_for_is_no_stranger(asked: str, place: Place) -> None:
    arns.check(STACK, kind="stack", asked=asked, place=place)


@pytest.mark.parametrize("asked", [STACK, NAME])
@pytest.mark.parametrize("what", OTHERS)
def test_another_one_is_a_stranger(what: str, asked: str) -> None:
    with pytest.raises(StrangerError, match=r"it is about|has no ARN"):
        arns.check(STACK.replace(*OTHERS[what]), kind="stack", asked=asked, place=HERE)


def test_a_stack_of_the_same_name_that_came_later_is_a_stranger() -> None:
    with pytest.raises(StrangerError, match="another stack than was asked for"):
        arns.check(f"{STACK}2", kind="stack", asked=STACK, place=HERE)


def test_partitions_have_their_own_arns() -> None:
    china = STACK.replace("arn:aws:", "arn:aws-cn:").replace("us-west-2:1", "cn-north-1:1")
    arns.check(china, kind="stack", asked=NAME, place=Place("cn-north-1", "111122223333"))


def described(stack: str) -> Mapping[str, Any]:
    one = {"StackId": stack, "StackName": NAME, "StackStatus": "CREATE_COMPLETE", "CreationTime": TIME}
    return {"Stacks": [one]}


def events(stack: str) -> Mapping[str, Any]:
    return {"StackEvents": [{"StackId": stack, "EventId": "e", "StackName": NAME, "Timestamp": TIME}]}


def change_set(stack: str) -> Mapping[str, Any]:
    return {"ChangeSetId": SET, "ChangeSetName": "gen-abc-1", "StackId": stack, "Status": "CREATE_COMPLETE"}


def summaries(stack: str) -> Mapping[str, Any]:
    return {"Summaries": [change_set(stack)]}


LOOKS: dict[str, tuple[Callable[[str], Mapping[str, Any]], Callable[[AwsCloud], object]]] = {
    "describe_stacks": (described, lambda aws: aws.stack(STACK)),
    "describe_stack_events": (events, lambda aws: aws.last_event(STACK)),
    "describe_change_set": (change_set, lambda aws: aws.change_set(SET)),
    "list_change_sets": (summaries, lambda aws: aws.change_sets(NAME)),
}


@pytest.mark.parametrize("operation", LOOKS)
@pytest.mark.parametrize("what", ["region", "account"])
def test_a_look_at_another_account_or_region_is_made_again_and_then_told(
    aws: AwsCloud, cloudformation: Stubber, operation: str, what: str
) -> None:
    answer, look = LOOKS[operation]
    aws.place, aws.sleep = HERE, lambda _seconds: None
    for _ in range(2):
        cloudformation.add_response(operation, answer(STACK.replace(*OTHERS[what])))
    cloudformation.add_response(operation, answer(STACK))
    look(aws)
    for _ in range(3):
        cloudformation.add_response(operation, answer(STACK.replace(*OTHERS[what])))
    with pytest.raises(UnreadableError, match=f"it is about {what}"):
        look(aws)


def test_a_change_set_made_elsewhere_is_looked_up(aws: AwsCloud, cloudformation: Stubber) -> None:
    aws.place = HERE
    elsewhere = {"Id": SET.replace("us-west-2:", "eu-west-1:"), "StackId": STACK}
    cloudformation.add_response("create_change_set", elsewhere)
    made = {**change_set(STACK), "Description": "gen deploy t"}
    cloudformation.add_response("describe_change_set", made)
    found = aws.create_change_set(request())
    assert found is not None
    assert found.id == SET


def test_a_page_that_comes_again_and_again_is_no_answer(aws: AwsCloud, cloudformation: Stubber) -> None:
    for _ in range(2):
        cloudformation.add_response("list_stack_resources", {"StackResourceSummaries": [], "NextToken": "t"})
    with pytest.raises(UnreadableError, match="the same page again"):
        aws.resources(STACK)


def test_every_region_of_a_run_is_held_to_the_account(tmp_path: Path) -> None:
    regions = ("us-west-2", "us-east-1")
    clouds = {region: FakeCloud() for region in regions}
    templates = [committed(tmp_path, body({"Topic": TOPIC}, Region=region)) for region in regions]
    assert environment.check_accounts(site(DEV, templates, clouds.__getitem__), templates) == "111122223333"
    assert [cloud.calls for cloud in clouds.values()] == [["identity"], ["identity"]]
