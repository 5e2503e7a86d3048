"""Queues, topics, rules and log groups: who may send, who must wait, and what is never delivered."""

from __future__ import annotations

from typing import Any

import pytest

from tests.rules.support import problems

TLS = {
    "Effect": "Deny",
    "Principal": "*",
    "Action": "sqs:*",
    "Resource": "*",
    "Condition": {"Bool": {"aws:SecureTransport": "false"}},
}


def resources(**given: tuple[str, dict[str, Any]]) -> dict[str, Any]:
    return {"Resources": {name: {"Type": kind, "Properties": about} for name, (kind, about) in given.items()}}


def fanout(statement: dict[str, Any]) -> dict[str, Any]:
    """A topic, a queue that subscribes, and a policy with this statement."""
    return resources(
        Topic=("AWS::SNS::Topic", {}),
        Queue=("AWS::SQS::Queue", {}),
        Policy=(
            "AWS::SQS::QueuePolicy",
            {"Queues": [{"Ref": "Queue"}], "PolicyDocument": {"Statement": statement}},
        ),
        Subscription=(
            "AWS::SNS::Subscription",
            {"Protocol": "sqs", "TopicArn": {"Ref": "Topic"}, "Endpoint": {"Fn::GetAtt": "Queue.Arn"}},
        ),
    )


def allow(**parts: Any) -> dict[str, Any]:
    sns = {"Service": "sns.amazonaws.com"}
    return {"Effect": "Allow", "Principal": sns, "Action": "sqs:SendMessage", "Resource": "*"} | parts


@pytest.mark.parametrize(
    ("statement", "found"),
    [
        (allow(), 0),
        (allow(Action=["SQS:Send*"]), 0),
        (allow(Principal={"Service": ["events.amazonaws.com", "sns.eu-west-1.amazonaws.com"]}), 0),
        (allow(Principal="*", Condition={"ArnEquals": {"aws:SourceArn": {"Ref": "Topic"}}}), 0),
        (allow(Principal={"Service": {"Ref": "Sender"}}), 0),
        (allow(Condition={"ArnEquals": {"aws:SourceArn": {"Ref": "TopicParameter"}}}), 0),
        (allow(Condition={"ArnEquals": {"aws:SourceArn": {"Ref": "Other"}}}), 1),
        (allow(Principal={"Service": "events.amazonaws.com"}), 1),
        (allow(Action="sqs:ReceiveMessage"), 1),
        (TLS, 1),
    ],
)
def test_a_subscribed_queue_lets_its_topic_in(statement: dict[str, Any], found: int) -> None:
    template = fanout(statement)
    template["Resources"]["Other"] = {"Type": "AWS::SNS::Topic", "Properties": {}}
    assert len(problems("E9510", template)) == found


def test_a_queue_without_any_policy_lets_no_topic_in() -> None:
    template = fanout(allow())
    del template["Resources"]["Policy"]
    assert problems("E9510", template) == ["Resources/Subscription/Properties/Endpoint"]


def test_a_policy_of_a_queue_that_only_a_deployment_knows_may_be_this_ones() -> None:
    template = fanout(allow())
    template["Resources"]["Policy"]["Properties"]["Queues"] = [{"Ref": "QueueUrl"}]
    assert problems("E9510", template) == []
    template["Resources"]["Queue"]["Properties"]["QueueName"] = {"Fn::Sub": "${Stage}-orders"}
    url = {"Fn::Sub": "https://sqs.${AWS::Region}.amazonaws.com/${AWS::AccountId}/${Stage}-orders"}
    template["Resources"]["Policy"]["Properties"]["Queues"] = [url]
    assert problems("E9510", template) == []
    template["Resources"]["Policy"]["Properties"]["PolicyDocument"]["Statement"] = [TLS]
    assert len(problems("E9510", template)) == 1


def test_an_alarm_may_tell_a_topic_without_a_policy_and_a_rule_may_not() -> None:
    alarm = resources(
        Topic=("AWS::SNS::Topic", {}), Alarm=("AWS::CloudWatch::Alarm", {"AlarmActions": [{"Ref": "Topic"}]})
    )
    assert problems("E9510", alarm) == []
    target = {"Id": "t", "Arn": {"Ref": "Topic"}}
    rule = resources(Topic=("AWS::SNS::Topic", {}), Rule=("AWS::Events::Rule", {"Targets": [target]}))
    assert problems("E9510", rule) == ["Resources/Rule/Properties/Targets/0/Arn"]


def test_a_policy_of_its_own_takes_the_alarms_leave_away() -> None:
    publish = allow(Action="sns:Publish", Principal={"Service": "events.amazonaws.com"})
    template = resources(
        Topic=("AWS::SNS::Topic", {}),
        Policy=(
            "AWS::SNS::TopicPolicy",
            {"Topics": [{"Ref": "Topic"}], "PolicyDocument": {"Statement": [publish]}},
        ),
        Alarm=("AWS::CloudWatch::Alarm", {"AlarmActions": {"Ref": "Topic"}}),
    )
    assert len(problems("E9510", template)) == 1
    publish["Principal"] = {"AWS": "*"}
    publish["Condition"] = {"StringEquals": {"AWS:SourceOwner": {"Ref": "AWS::AccountId"}}}
    assert problems("E9510", template) == []


@pytest.mark.parametrize(
    ("action", "principal", "found"),
    [
        ("kms:*", {"Service": "cloudwatch.amazonaws.com"}, 0),
        (["kms:Decrypt", "kms:GenerateDataKey*"], {"Service": ["cloudwatch.amazonaws.com"]}, 0),
        ("kms:GenerateDataKey", {"Service": {"Ref": "Sender"}}, 0),
        ("kms:Decrypt", {"Service": "cloudwatch.amazonaws.com"}, 1),
        ("kms:*", {"Service": "sns.amazonaws.com"}, 1),
        ("kms:*", {"AWS": {"Fn::Sub": "arn:aws:iam::${AWS::AccountId}:root"}}, 1),
    ],
)
def test_a_key_lets_the_alarms_of_its_topic_in(action: Any, principal: Any, found: int) -> None:
    statement = {"Effect": "Allow", "Action": action, "Principal": principal, "Resource": "*"}
    template = resources(
        Key=("AWS::KMS::Key", {"KeyPolicy": {"Statement": [statement]}}),
        Alias=("AWS::KMS::Alias", {"TargetKeyId": {"Ref": "Key"}}),
        Topic=("AWS::SNS::Topic", {"KmsMasterKeyId": {"Ref": "Alias"}}),
        Alarm=("AWS::CloudWatch::Alarm", {"AlarmActions": [{"Ref": "Topic"}]}),
    )
    assert len(problems("E9504", template)) == found


@pytest.mark.parametrize(
    "user",
    [
        ("AWS::SQS::Queue", {"RedrivePolicy": {"deadLetterTargetArn": {"Fn::GetAtt": ["Q", "Arn"]}}}),
        ("AWS::Lambda::Function", {"DeadLetterConfig": {"TargetArn": {"Fn::GetAtt": ["Q", "Arn"]}}}),
        (
            "AWS::Lambda::EventInvokeConfig",
            {"DestinationConfig": {"OnFailure": {"Destination": {"Fn::GetAtt": "Q.Arn"}}}},
        ),
        ("AWS::Scheduler::Schedule", {"Target": {"DeadLetterConfig": {"Arn": {"Fn::Sub": "${Q.Arn}"}}}}),
        (
            "AWS::Serverless::Function",
            {"DeadLetterQueue": {"Type": "SQS", "TargetArn": {"Fn::GetAtt": "Q.Arn"}}},
        ),
    ],
)
def test_a_queue_that_takes_what_others_give_up_needs_no_such_queue(user: Any) -> None:
    template = resources(Q=("AWS::SQS::Queue", {}))
    assert problems("W9511", template) == ["Resources/Q/Properties"]
    template |= {"Resources": template["Resources"] | resources(DeadUser=user)["Resources"]}
    assert [one for one in problems("W9511", template) if one.startswith("Resources/Q/")] == []


def test_what_goes_out_by_redrive_is_told_by_name_too() -> None:
    assert problems("W9511", resources(OrdersDLQ=("AWS::SQS::Queue", {}))) == []
    assert problems("W9511", resources(Q=("AWS::SQS::Queue", {"QueueName": "orders-dead-letters"}))) == []


@pytest.mark.parametrize(
    ("hidden", "timeout", "found"),
    [(30, 30, 1), ("179", 30, 1), (180, "30", 0), (None, 5, 0), (None, 6, 1), ({"Ref": "V"}, 30, 0)],
)
def test_a_message_stays_hidden_for_six_timeouts(hidden: Any, timeout: Any, found: int) -> None:
    about = {} if hidden is None else {"VisibilityTimeout": hidden}
    template = resources(
        Queue=("AWS::SQS::Queue", about),
        Function=("AWS::Lambda::Function", {"Timeout": timeout}),
        Alias=("AWS::Lambda::Alias", {"FunctionName": {"Ref": "Function"}}),
        Mapping=(
            "AWS::Lambda::EventSourceMapping",
            {"EventSourceArn": {"Fn::GetAtt": ["Queue", "Arn"]}, "FunctionName": {"Ref": "Alias"}},
        ),
    )
    assert len(problems("W9514", template)) == found


@pytest.mark.parametrize(
    ("pattern", "found"),
    [
        ({"source": ["a"], "detail": {"state": [{"anything-but": ["x"]}], "n": [1, None]}}, 0),
        ({"$or": [{"source": ["a"]}, {"detail-type": ["b"]}]}, 0),
        ({"source": [{"prefix": "a"}], "detail": {"a": {"b": ["c"]}}}, 0),
        ({"source": {"Fn::If": ["C", ["a"], ["b"]]}}, 0),
        ({"source": "a"}, 1),
        ({"detail": {"a": {"b": "c"}}}, 1),
        ({"source": []}, 1),
        ({"detailType": ["a"]}, 1),
        ({"Source": ["a"]}, 1),
    ],
)
def test_every_value_of_a_pattern_is_a_list(pattern: Any, found: int) -> None:
    assert len(problems("E9533", resources(Rule=("AWS::Events::Rule", {"EventPattern": pattern})))) == found


@pytest.mark.parametrize(
    "name",
    [
        {"Fn::Sub": "/aws/lambda/${F}"},
        {"Fn::Join": ["", ["/aws/lambda/", {"Ref": "F"}]]},
        "/aws/lambda/orders",
    ],
)
def test_a_function_has_a_group_by_reference_or_by_name(name: Any) -> None:
    function = ("AWS::Lambda::Function", {"FunctionName": "orders"})
    template = resources(F=function, G=("AWS::Logs::LogGroup", {"LogGroupName": name}))
    assert problems("I9526", template) == []
    template["Resources"]["G"]["Properties"]["LogGroupName"] = "/aws/lambda/other"
    assert len(problems("I9526", template)) == 1


@pytest.mark.parametrize(
    ("name", "found"), [("order-worker", 1), ("Orders-Worker", 1), ("orders-reader", 0), ("x", 0)]
)
def test_a_groups_name_that_misses_its_function_is_told(name: str, found: int) -> None:
    template = resources(
        F=("AWS::Lambda::Function", {"FunctionName": "orders-worker"}),
        G=("AWS::Logs::LogGroup", {"LogGroupName": f"/aws/lambda/{name}"}),
    )
    assert len(problems("W9528", template)) == found


def test_a_subscription_that_gives_up_sends_as_the_topic_does() -> None:
    redrive = {"deadLetterTargetArn": {"Fn::GetAtt": ["Dead", "Arn"]}}
    template = resources(
        Dead=("AWS::SQS::Queue", {}),
        Subscription=("AWS::SNS::Subscription", {"Protocol": "https", "RedrivePolicy": redrive}),
    )
    [place] = problems("E9510", template)
    assert place == "Resources/Subscription/Properties/RedrivePolicy/deadLetterTargetArn"


def test_a_subscription_inside_a_topic_is_one_too() -> None:
    inside = {"Protocol": "sqs", "Endpoint": {"Fn::GetAtt": ["Queue", "Arn"]}}
    template = resources(Queue=("AWS::SQS::Queue", {}), Topic=("AWS::SNS::Topic", {"Subscription": [inside]}))
    assert problems("E9510", template) == ["Resources/Topic/Properties/Subscription/0/Endpoint"]
