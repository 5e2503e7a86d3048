"""Alarms, their composite and the dashboard in every template."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from tests.golden.committed import Stack, every_stack, stacks_with
from tests.golden.metric_math import evaluated

every_watched = stacks_with("CloudWatch::Alarm")

RAW_COUNTS_THAT_ARE_FAILURES = {
    "AlertFailures",
    "ApproximateNumberOfMessagesVisible",
    "DestinationDeliveryFailures",
    "FailedInvocations",
    "InvocationsFailedToBeSentToDlq",
    "ReadThrottleEvents",
    "SystemErrors",
    "Throttles",
    "WriteThrottleEvents",
}
ERROR_COUNTS = {"4XXError": "Count", "5XXError": "Count", "Errors": "Invocations", "Failed": "Received"}
COMPARED_WITH_A_LIMIT = {"ApproximateAgeOfOldestMessage", "Duration", "IteratorAge", "Latency"}
# Metrics that exist, by namespace, as far as alarms and dashboards here use them.
METRICS = {
    "AWS/ApiGateway": {"4XXError", "5XXError", "CacheHitCount", "CacheMissCount", "Count", "Latency"},
    "AWS/DynamoDB": {
        "ConsumedReadCapacityUnits",
        "ConsumedWriteCapacityUnits",
        "ReadThrottleEvents",
        "SuccessfulRequestLatency",
        "SystemErrors",
        "WriteThrottleEvents",
    },
    "AWS/Events": {
        "FailedInvocations",
        "Invocations",
        "InvocationsFailedToBeSentToDlq",
        "InvocationsSentToDlq",
        "MatchedEvents",
    },
    "AWS/Lambda": {
        "ConcurrentExecutions",
        "DestinationDeliveryFailures",
        "Duration",
        "Errors",
        "Invocations",
        "IteratorAge",
        "Throttles",
    },
    "AWS/SQS": {"ApproximateAgeOfOldestMessage", "ApproximateNumberOfMessagesVisible"},
}


# How the alarms begin whose ringing callers notice, by service.
NOTICED = {
    "catalog": ("Api", "RestApi", "ProductsTable"),
    "items": ("Api", "RestApi", "ItemsTable"),
    "shipments": ("Api", "RestApi", "ShipmentsTable"),
    "users": ("Read", "RestApi", "UsersTable", "Write"),
}
# What functions count themselves, by service.
OWN_METRICS = {"shipments": {"AlertFailures", "Duplicates", "Failed", "Processed", "Received", "Rejected"}}


def metrics_of(stack: Stack, namespace: str) -> set[str]:
    """Names of the metrics that exist in a namespace."""
    if namespace == f"gen/{stack.environment.name}":
        return OWN_METRICS[stack.name]
    return METRICS[namespace]


def alarms(stack: Stack) -> dict[str, dict[str, Any]]:
    return stack.properties("CloudWatch::Alarm")


def inputs(alarm: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Metric by the id that the expression knows it by."""
    return {one["Id"]: one["MetricStat"]["Metric"] for one in alarm["Metrics"] if "MetricStat" in one}


def expression(alarm: dict[str, Any]) -> str:
    (result,) = (one["Expression"] for one in alarm["Metrics"] if one["ReturnData"])
    assert isinstance(result, str)
    return result


def windows(stack: Stack) -> set[str]:
    """Alarms that are halves of another one, which rings with both: test_burn_alarms has more of them."""
    joint = re.compile(r'ALARM\("([^"]+)"\) AND ALARM\("([^"]+)"\)')
    rules = [one["AlarmRule"] for one in stack.properties("CloudWatch::CompositeAlarm").values()]
    halves = {name for rule in rules if (found := joint.fullmatch(rule)) for name in found.groups()}
    return {title for title, one in alarms(stack).items() if one["AlarmName"] in halves}


@every_stack
def test_every_alarm_tells_the_topic_when_it_rings_and_when_it_stops(stack: Stack) -> None:
    """S4.4: the two windows of an objective do so with one voice, that of the alarm which joins them."""
    topics = set(stack.of("SNS::Topic"))
    for title, one in stack.properties("CloudWatch::Alarm", "CloudWatch::CompositeAlarm").items():
        assert one["ActionsEnabled"] is True, title
        if title in windows(stack):
            assert one["AlarmActions"] == one["OKActions"] == [], title
            continue
        assert one["AlarmActions"] == one["OKActions"], title
        assert {action["Ref"] for action in one["AlarmActions"]} <= topics, title
        assert len(one["AlarmActions"]) >= 1, title
        assert len(one["AlarmDescription"]) > 20, title


@every_watched
def test_an_alarm_asks_for_m_of_n_periods(stack: Stack) -> None:
    """S0.6: cfn-lint does not notice more datapoints than periods."""
    limits = stack.environment.alarms
    for title, one in alarms(stack).items():
        assert 1 <= one["DatapointsToAlarm"] <= one["EvaluationPeriods"], title
        assert one["EvaluationPeriods"] in (1, limits.periods), title
        assert one["TreatMissingData"] == "notBreaching", title
        periods = {query["MetricStat"]["Period"] for query in one["Metrics"] if "MetricStat" in query}
        assert len(periods) == 1, title
        assert title in windows(stack) or periods <= {60, 900}, title


@every_watched
def test_no_alarm_counts_errors_without_a_floor_of_traffic(stack: Stack) -> None:
    """S0.6."""
    for title, one in alarms(stack).items():
        names = {metric["MetricName"] for metric in inputs(one).values()}
        if counted := names & set(ERROR_COUNTS):
            traffic = {ERROR_COUNTS[name] for name in counted}
            assert traffic <= names, title
            if title.endswith("LongAlarm"):  # The short window has that floor; this one asks for failures.
                least = stack.environment.alarms.low_traffic_errors
                assert expression(one).startswith(f"IF(errors >= {least}, "), title
                continue
            (by,) = (key for key, metric in inputs(one).items() if metric["MetricName"] in traffic)
            assert re.match(rf"IF\({by} (>=|<) \d+, ", expression(one)), title
        else:
            assert names - {"Count"} <= RAW_COUNTS_THAT_ARE_FAILURES | COMPARED_WITH_A_LIMIT, title


@every_watched
def test_alarms_on_dynamodb_fill_what_is_missing(stack: Stack) -> None:
    """S0.6: they ignore missing data whatever they are told, and could ring for ever."""
    seen = 0
    for title, one in alarms(stack).items():
        for key, metric in inputs(one).items():
            if metric["Namespace"] == "AWS/DynamoDB":
                seen += 1
                assert f"FILL({key}, 0)" in expression(one), title
    assert seen


@every_watched
def test_an_expression_uses_each_of_its_inputs_and_nothing_else(stack: Stack) -> None:
    for title, one in alarms(stack).items():
        used = set(re.findall(r"\b[a-z][A-Za-z0-9]*\b", expression(one)))
        assert used == set(inputs(one)), title
        assert evaluated(expression(one), {key: [1.0] for key in inputs(one)}) != [None], title


@every_watched
def test_alarms_watch_things_of_their_own_template(stack: Stack) -> None:
    for title, one in alarms(stack).items():
        for metric in inputs(one).values():
            assert metric["MetricName"] in metrics_of(stack, metric["Namespace"]), title
            for dimension in metric["Dimensions"]:
                assert_known(stack, dimension["Name"], dimension["Value"])


def assert_known(stack: Stack, dimension: str, value: Any) -> None:
    """The value of a dimension is one that the template makes."""
    if isinstance(value, dict):
        value = stack.resources[value["Ref"]]["Properties"]["TableName"]
    tables = stack.properties("DynamoDB::Table").values()
    known = {
        "ApiName": {one["Name"] for one in stack.properties("ApiGateway::RestApi").values()},
        "EventBusName": {one["Name"] for one in stack.properties("Events::EventBus").values()},
        "FunctionName": {one["FunctionName"] for one in stack.properties("Lambda::Function").values()},
        "GlobalSecondaryIndexName": {
            index["IndexName"] for table in tables for index in table.get("GlobalSecondaryIndexes", [])
        },
        "Operation": {"DeleteItem", "GetItem", "PutItem", "Query", "TransactWriteItems", "UpdateItem"},
        "QueueName": {one["QueueName"] for one in stack.properties("SQS::Queue").values()},
        "RuleName": {one["Name"] for one in stack.properties("Events::Rule").values()},
        "Stage": {one["StageName"] for one in stack.properties("ApiGateway::Stage").values()},
        "TableName": {one["TableName"] for one in tables},
        "environment": {stack.environment.name},
        "service": {stack.name},
    }
    assert value in known[dimension], f"{dimension}={value}"


@every_watched
def test_everything_that_can_fail_is_watched(stack: Stack) -> None:
    """S3.18, S4.4."""
    watched = {
        (metric["MetricName"], json.dumps(metric["Dimensions"], sort_keys=True))
        for one in alarms(stack).values()
        for metric in inputs(one).values()
    }

    def is_watched(metric: str, **dimensions: Any) -> bool:
        wanted = json.dumps(
            [{"Name": key, "Value": value} for key, value in dimensions.items()], sort_keys=True
        )
        return (metric, wanted) in watched

    for function in stack.properties("Lambda::Function").values():
        for metric in ("Errors", "Throttles", "Duration"):
            assert is_watched(metric, FunctionName=function["FunctionName"])
    for queue in stack.properties("SQS::Queue").values():
        waits = "RedrivePolicy" in queue  # Messages in it are work and no failures, if they do not wait long.
        metric = "ApproximateAgeOfOldestMessage" if waits else "ApproximateNumberOfMessagesVisible"
        assert is_watched(metric, QueueName=queue["QueueName"])
    for rule in stack.properties("Events::Rule").values():
        bus = stack.resources[rule["EventBusName"]["Ref"]]["Properties"]["Name"]
        for metric in ("FailedInvocations", "InvocationsFailedToBeSentToDlq"):
            assert is_watched(metric, EventBusName=bus, RuleName=rule["Name"])
    for title, table in stack.properties("DynamoDB::Table").items():
        for metric in ("ReadThrottleEvents", "WriteThrottleEvents"):
            assert is_watched(metric, TableName={"Ref": title})
            for index in table.get("GlobalSecondaryIndexes", []):
                assert is_watched(
                    metric, GlobalSecondaryIndexName=index["IndexName"], TableName={"Ref": title}
                )
    for mapping in stack.properties("Lambda::EventSourceMapping").values():
        if "StartingPosition" not in mapping:
            continue  # It empties a queue, which is watched itself.
        alias = stack.resources[mapping["FunctionName"]["Ref"]]["Properties"]
        name = stack.resources[alias["FunctionName"]["Ref"]]["Properties"]["FunctionName"]
        assert is_watched("IteratorAge", FunctionName=name)
        assert is_watched("DestinationDeliveryFailures", FunctionName=name)


@every_watched
def test_the_composite_names_what_callers_notice_and_waits_for_it(stack: Stack) -> None:
    """A child that does not exist is not noticed by cfn-lint. A message in a queue would page for days."""
    composite = stack.of("CloudWatch::CompositeAlarm")["UnhealthyAlarm"]
    children = re.findall(r'ALARM\("([^"]+)"\)', composite["Properties"]["AlarmRule"])
    assert composite["Properties"]["AlarmRule"] == " OR ".join(f'ALARM("{child}")' for child in children)
    noticed = {
        title: one["AlarmName"]
        for title, one in alarms(stack).items()
        if title.startswith(NOTICED[stack.name]) and title not in windows(stack)
    }
    assert sorted(children) == sorted(noticed.values())
    assert set(composite["DependsOn"]) == set(noticed)


def widgets(stack: Stack) -> Iterator[dict[str, Any]]:
    (board,) = stack.properties("CloudWatch::Dashboard").values()
    delimiter, parts = board["DashboardBody"]["Fn::Join"]
    yield from json.loads(delimiter.join(parts))["widgets"]


@stacks_with("CloudWatch::Dashboard")
def test_the_dashboard_shows_metrics_of_this_template_only(stack: Stack) -> None:
    """S3.16."""
    shown = set()
    for widget in widgets(stack):
        assert 0 <= widget["x"] <= widget["x"] + widget["width"] <= 24
        if widget["type"] != "metric":
            continue
        assert widget["properties"]["region"] == stack.region
        for namespace, metric, *dimensions, options in widget["properties"]["metrics"]:
            assert metric in metrics_of(stack, namespace)
            for name, value in zip(dimensions[::2], dimensions[1::2], strict=True):
                assert_known(stack, name, value)
                shown.add((name, value))
            assert re.fullmatch(r"Sum|Maximum|p[0-9]{2}", options["stat"])
    for function in stack.properties("Lambda::Function").values():
        assert ("FunctionName", function["FunctionName"]) in shown
    for queue in stack.properties("SQS::Queue").values():
        assert ("QueueName", queue["QueueName"]) in shown


@stacks_with("CloudWatch::Dashboard")
def test_widgets_of_the_dashboard_do_not_overlap(stack: Stack) -> None:
    taken: set[tuple[int, int]] = set()
    for widget in widgets(stack):
        area = {
            (x, y)
            for x in range(widget["x"], widget["x"] + widget["width"])
            for y in range(widget["y"], widget["y"] + widget["height"])
        }
        assert not area & taken
        taken |= area
