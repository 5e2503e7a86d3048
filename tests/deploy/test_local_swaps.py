"""What the embedded AWS cannot make is swapped by a declared table, told, and referred to no more."""

from __future__ import annotations

import json
from collections.abc import Mapping

from generator.deploy import local_swaps

from .support import QUEUE, TABLE, TOPIC, body

COMPOSITE = {
    "Type": "AWS::CloudWatch::CompositeAlarm",
    "Properties": {"AlarmRule": {"Fn::Sub": "ALARM(${Rate.Arn})"}},
    "DependsOn": "Rate",
}
REPLICA = {
    "Type": "AWS::KMS::ReplicaKey",
    "Properties": {"PrimaryKeyArn": "arn:primary", "KeyPolicy": {"Statement": []}, "Description": "d"},
}
RATE = {
    "Type": "AWS::CloudWatch::Alarm",
    "Properties": {
        "AlarmName": "rate",
        "Threshold": 5,
        "ComparisonOperator": "GreaterThanThreshold",
        "EvaluationPeriods": 1,
        "AlarmActions": ["arn:topic"],
        "Metrics": [
            {"Id": "rate", "Expression": "100 * errors / calls"},
            {
                "Id": "errors",
                "ReturnData": False,
                "MetricStat": {
                    "Metric": {"Namespace": "AWS/Lambda", "MetricName": "Errors", "Dimensions": []},
                    "Period": 60,
                    "Stat": "p99",
                },
            },
        ],
    },
}


def test_a_template_that_can_be_made_is_left_alone() -> None:
    whole = body({"Queue": QUEUE, "Table": TABLE})
    assert local_swaps.swapped(whole) == (whole, ())
    assert local_swaps.swapped(whole)[0] is whole


def test_a_replica_key_becomes_a_key_of_its_own() -> None:
    swapped, swaps = local_swaps.swapped(body({"Key": REPLICA}))
    assert swapped["Resources"]["Key"] == {
        "Type": "AWS::KMS::Key",
        "Properties": {"KeyPolicy": {"Statement": []}, "Description": "d"},
    }
    assert [(swap.logical_id, swap.type) for swap in swaps] == [("Key", "AWS::KMS::ReplicaKey")]


def test_references_to_what_became_nothing_still_resolve() -> None:
    user = {
        "Type": "AWS::SNS::Topic",
        "Properties": {
            "A": {"Fn::GetAtt": ["Composite", "Arn"]},
            "B": {"Fn::Sub": "x-${Composite.Arn}-${AWS::Region}-${Other.Arn}"},
            "C": {"Fn::Sub": ["${Composite.Arn}${v}", {"v": {"Fn::GetAtt": ["Composite", "Arn"]}}]},
            "D": {"Fn::GetAtt": ["Other", "Arn"]},
            "E": [{"Ref": "Composite"}],
        },
    }
    whole = body(
        {"Composite": COMPOSITE, "User": user, "Other": TOPIC, "Rate": TOPIC},
        Outputs={"Arn": {"Value": {"Fn::GetAtt": ["Composite", "Arn"]}}},
    )
    before = json.dumps(whole)
    swapped, _ = local_swaps.swapped(whole)
    assert json.dumps(whole) == before
    assert swapped["Resources"]["Composite"] == {"Type": local_swaps.NOTHING, "DependsOn": "Rate"}
    assert swapped["Resources"]["User"]["Properties"] == {
        "A": {"Ref": "Composite"},
        "B": {"Fn::Sub": "x-${Composite}-${AWS::Region}-${Other.Arn}"},
        "C": {"Fn::Sub": ["${Composite}${v}", {"v": {"Ref": "Composite"}}]},
        "D": {"Fn::GetAtt": ["Other", "Arn"]},
        "E": [{"Ref": "Composite"}],
    }
    assert swapped["Outputs"] == {"Arn": {"Value": {"Ref": "Composite"}}}


def test_an_alarm_on_an_expression_becomes_a_silent_one_on_its_first_metric() -> None:
    swapped, _ = local_swaps.swapped(body({"Rate": RATE}))
    properties = swapped["Resources"]["Rate"]["Properties"]
    assert "Metrics" not in properties
    assert properties["MetricName"] == "Errors"
    assert properties["ExtendedStatistic"] == "p99"
    assert properties["ActionsEnabled"] is False


def policy(*statements: Mapping[str, object]) -> dict[str, object]:
    document = {"Version": "2012-10-17", "Statement": list(statements)}
    return {
        "Type": "AWS::SQS::QueuePolicy",
        "Properties": {"PolicyDocument": document, "Queues": [{"Ref": "Queue"}]},
        "DependsOn": "Queue",
    }


ALLOW = {"Effect": "Allow", "Action": "sqs:SendMessage"}
DENY = {"Effect": "Deny", "Action": "sqs:*", "Condition": {"Bool": {"aws:SecureTransport": "false"}}}
FOREIGN = {"Effect": "Deny", "Action": "sqs:*", "Condition": {"Bool": {"aws:PrincipalIsAWSService": "false"}}}


def test_plain_http_is_let_in_where_there_is_no_tls_and_nothing_else_is() -> None:
    whole = body({"Queue": QUEUE, "Both": policy(ALLOW, DENY), "Open": policy(ALLOW, FOREIGN)})
    swapped, swaps = local_swaps.swapped(whole)
    assert swapped["Resources"]["Both"] == policy(ALLOW)
    assert swapped["Resources"]["Open"] == policy(ALLOW, FOREIGN)
    assert [(swap.logical_id, swap.by) for swap in swaps] == [("Both", "one that lets plain HTTP in")]


def test_a_policy_that_says_nothing_else_becomes_nothing() -> None:
    swapped, swaps = local_swaps.swapped(body({"Queue": QUEUE, "Closed": policy(DENY)}))
    assert swapped["Resources"]["Closed"] == {"Type": local_swaps.NOTHING, "DependsOn": "Queue"}
    assert [swap.by for swap in swaps] == ["nothing"]


def api(*statements: Mapping[str, object]) -> dict[str, object]:
    policy = {"Policy": {"Version": "2012-10-17", "Statement": list(statements)}} if statements else {}
    return {"Type": "AWS::ApiGateway::RestApi", "Properties": {"Name": "api", **policy}}


def test_what_an_api_allows_over_tls_it_allows_over_plain_http_here() -> None:
    over_tls = {**ALLOW, "Condition": {"Bool": {"aws:SecureTransport": "true"}}}
    whole = body({"Both": api(over_tls, FOREIGN), "Other": api(ALLOW, FOREIGN), "None": api()})
    swapped, swaps = local_swaps.swapped(whole)
    assert swapped["Resources"] == {
        "Both": api(ALLOW, FOREIGN),
        "Other": api(ALLOW, FOREIGN),
        "None": api(),
    }
    assert [(swap.logical_id, swap.by) for swap in swaps] == [("Both", "one that lets plain HTTP in")]


def test_every_swap_is_told() -> None:
    whole = body({"Key": REPLICA, "Composite": COMPOSITE, "Table": TABLE})
    told: list[str] = []
    local_swaps.tell(local_swaps.swapped(whole)[1], told.append)
    words = "\n".join(told)
    assert "Key" in words
    assert "Composite" in words
    assert "Table:" not in words
