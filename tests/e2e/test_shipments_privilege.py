"""What the roles of shipments may do, as AWS judges policies, and whom the topic tells."""

from __future__ import annotations

import pytest

from tests.e2e.conftest import Deployed, deploy, gen

pytestmark = pytest.mark.e2e

TABLE_CALLS = (
    "dynamodb:BatchWriteItem",
    "dynamodb:DeleteItem",
    "dynamodb:DeleteTable",
    "dynamodb:GetItem",
    "dynamodb:PutItem",
    "dynamodb:Query",
    "dynamodb:Scan",
    "dynamodb:UpdateItem",
    "dynamodb:UpdateTable",
)
QUEUE_CALLS = (
    "sqs:ChangeMessageVisibility",
    "sqs:DeleteMessage",
    "sqs:GetQueueAttributes",
    "sqs:PurgeQueue",
    "sqs:ReceiveMessage",
    "sqs:SendMessage",
)
TOPIC_CALLS = ("sns:DeleteTopic", "sns:Publish", "sns:Subscribe")
WRITES = {"dynamodb:PutItem", "dynamodb:UpdateItem"}
CONSUMES = {"sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ReceiveMessage"}
TABLES = "arn:aws:dynamodb:us-west-2:000000000000:table/"
QUEUES = "arn:aws:sqs:us-west-2:000000000000:dev-us-west-2-shipments-"


@pytest.mark.parametrize(
    ("function", "place", "asked", "allowed"),
    [
        ("processor", "{TableArn}", TABLE_CALLS, WRITES),
        ("processor", "{TableArn}/index/StatusIndex", TABLE_CALLS, set()),
        ("processor", TABLES + "{RejectionsTableName}", TABLE_CALLS, WRITES),
        ("processor", TABLES + "other", TABLE_CALLS, set()),
        ("processor", "{AlarmTopicArn}", TOPIC_CALLS, {"sns:Publish"}),
        ("processor", "{AlarmTopicArn}-other", TOPIC_CALLS, set()),
        ("processor", QUEUES + "event-queue", QUEUE_CALLS, CONSUMES),
        ("processor", QUEUES + "event-failed", QUEUE_CALLS, set()),
        ("processor", "{EventBusArn}", ("events:PutEvents", "events:DeleteEventBus"), set()),
        ("processor", "{KeyArn}", ("kms:Encrypt", "kms:Decrypt", "kms:GenerateDataKey"), set()),
        ("api", "{TableArn}", TABLE_CALLS, {"dynamodb:GetItem", "dynamodb:Query"}),
        ("api", "{TableArn}/index/StatusIndex", TABLE_CALLS, {"dynamodb:Query"}),
        ("api", TABLES + "{RejectionsTableName}", TABLE_CALLS, set()),
        ("api", "{AlarmTopicArn}", TOPIC_CALLS, set()),
        ("api", QUEUES + "event-queue", QUEUE_CALLS, set()),
        ("api", "{KeyArn}", ("kms:Encrypt", "kms:Decrypt", "kms:GenerateDataKey"), set()),
    ],
)
def test_a_role_may_do_exactly_this(
    stacks: dict[str, Deployed], function: str, place: str, asked: tuple[str, ...], allowed: set[str]
) -> None:
    """S4.2."""
    shipments = stacks["shipments"]
    answer = shipments.client("iam").simulate_principal_policy(
        PolicySourceArn=f"arn:aws:iam::000000000000:role/dev-us-west-2-shipments-{function}-role",
        ActionNames=list(asked),
        ResourceArns=[place.format(**shipments.outputs)],
    )
    found = {one["EvalActionName"] for one in answer["EvaluationResults"] if one["EvalDecision"] == "allowed"}
    assert found == allowed


def subscribed(shipments: Deployed) -> list[str]:
    found = shipments.client("sns").list_subscriptions_by_topic(TopicArn=shipments.outputs["AlarmTopicArn"])
    return [one["Endpoint"] for one in found["Subscriptions"] if one["Protocol"] == "email"]


def test_an_address_that_is_given_with_a_deployment_is_told_and_none_is_by_default(
    stacks: dict[str, Deployed],
) -> None:
    """S4.6."""
    shipments = stacks["shipments"]
    assert subscribed(shipments) == []
    one = ("--stack", "shipments")
    deploy(shipments.engine, *one, "--parameter", "NotificationEmail=duty@example.com")
    assert subscribed(shipments) == ["duty@example.com"]
    where = ("--env", "dev", "--region", "us-west-2", "--endpoint-url", shipments.engine.endpoint_url)
    refused = gen("deploy", *where, *one, "--parameter", "NotificationEmail=nobody")
    assert refused.returncode != 0
    assert "NotificationEmail" in refused.stdout + refused.stderr
    assert subscribed(shipments) == ["duty@example.com"]
    deploy(shipments.engine, *one)
    assert subscribed(shipments) == []
