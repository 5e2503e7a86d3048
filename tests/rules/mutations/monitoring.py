"""Alarms, dashboards and log filters."""

from __future__ import annotations

import json
from typing import Any

from tests.rules.mutations.change import (
    Change,
    Mutation,
    Template,
    at,
    both,
    drop,
    put,
)

ALARM = "AWS::CloudWatch::Alarm"
DASHBOARD = "AWS::CloudWatch::Dashboard"
METRIC = ("MetricStat", "Metric")
ERRORS = "ApiErrorRateAlarm"
REPORTED = ("Reported", "Properties")


def _query(name: str, position: int, *steps: str | int) -> tuple[Any, ...]:
    return (name, "Properties", "Metrics", position, *steps)


def _dashboard(old: str, new: str) -> Change:
    """Another text in the dashboard's body, wherever it stands."""

    def change(template: Template) -> str | None:
        for name, resource in template["Resources"].items():
            if resource["Type"] == DASHBOARD:
                text = json.dumps(resource["Properties"]["DashboardBody"])
                if json.dumps(old)[1:-1] in text:
                    text = text.replace(json.dumps(old)[1:-1], json.dumps(new)[1:-1], 1)
                    resource["Properties"]["DashboardBody"] = json.loads(text)
                    return str(name)
        return None

    return change


def _single(name: str, **properties: Any) -> Change:
    """An alarm of ours, as one of a single metric."""

    def change(template: Template) -> str | None:
        alarm = template["Resources"].get(name)
        if alarm is None:
            return None
        stat = alarm["Properties"].pop("Metrics")[-1]["MetricStat"]
        alarm["Properties"] |= {
            **stat["Metric"],
            "Period": stat["Period"],
            "Statistic": stat["Stat"],
            **properties,
        }
        return name

    return change


def _everywhere(value: Any, *steps: str) -> Change:
    """The same value in every alarm."""

    def change(template: Template) -> str | None:
        found = [name for name, one in template["Resources"].items() if one["Type"] == ALARM]
        for name in found:
            parent = template["Resources"][name]
            for step in steps[:-1]:
                parent = parent[step]
            parent[steps[-1]] = value
        return found[0] if found else None

    return change


def _unwatched_stream(template: Template) -> str | None:
    """Items without the alarms of one of the two functions."""
    resources = template["Resources"]
    if not {"ApiFunction", "StreamFunction"} <= resources.keys():
        return None
    name = resources["StreamFunction"]["Properties"]["FunctionName"]
    for one in [one for one, found in resources.items() if found["Type"] == ALARM]:
        if json.dumps({"Name": "FunctionName", "Value": name}) in json.dumps(resources[one]):
            del resources[one]
    return "StreamFunction"


def _eleven_metrics(template: Template) -> str | None:
    alarm = template["Resources"].get(ERRORS)
    if alarm is None:
        return None
    queries = alarm["Properties"]["Metrics"]
    queries += [{**queries[-1], "Id": f"more{number}"} for number in range(10)]
    return ERRORS


MUTATIONS = (
    Mutation("W9601", at([], "DeadLettersAlarm", "Properties", "AlarmActions")),
    Mutation("W9601", at("false", "DeadLettersAlarm", "Properties", "ActionsEnabled")),
    Mutation("W9601", drop("Failover", "Properties", "AlarmActions")),
    Mutation("E9602", put(["alarms"], ALARM, "Properties", "AlarmActions")),
    Mutation(
        "E9602",
        at(
            [{"Fn::GetAtt": ["TopicBFC7AF6E", "TopicName"]}],
            "WorkerErrors2B8C9D10",
            "Properties",
            "OKActions",
        ),
    ),
    Mutation("E9603", _everywhere(9, "Properties", "DatapointsToAlarm")),
    Mutation("E9603", at("6", "WorkerErrors2B8C9D10", "Properties", "DatapointsToAlarm")),
    Mutation("W9604", _single(ERRORS, Threshold=0, DatapointsToAlarm=1, TreatMissingData="notBreaching")),
    Mutation(
        "W9604",
        both(
            at(1, "WorkerErrors2B8C9D10", "Properties", "Threshold"),
            at(1, "WorkerErrors2B8C9D10", "Properties", "DatapointsToAlarm"),
        ),
    ),
    Mutation("W9605", at("reads + writes", *_query("ItemsTableThrottlesAlarm", 0, "Expression"))),
    Mutation("W9605", _single("AuditTableThrottlesAlarm")),
    Mutation("I9606", both(_single(ERRORS), drop(ERRORS, "Properties", "TreatMissingData"))),
    Mutation("W9607", _single(ERRORS, TreatMissingData="breaching")),
    Mutation("W9607", at("ignore", "WorkerErrors2B8C9D10", "Properties", "TreatMissingData")),
    Mutation("E9608", at("notBreaching", "NotRun", "Properties", "TreatMissingData")),
    Mutation("E9608", drop("NotRun", "Properties", "TreatMissingData")),
    Mutation("W9609", at("notBreaching", "NoReport", "Properties", "TreatMissingData")),
    Mutation("E9610", at({"Ref": "Failed"}, "DeadLetters", "Properties", "Dimensions", 0, "Value")),
    Mutation(
        "E9610",
        at({"Fn::GetAtt": ["ApiFunction", "Arn"]}, *_query(ERRORS, 1, *METRIC, "Dimensions", 0, "Value")),
    ),
    Mutation("E9611", at("FunctionNames", *_query(ERRORS, 1, *METRIC, "Dimensions", 0, "Name"))),
    Mutation("E9611", at("Tablename", "ReplicationAlarm", "Properties", "Dimensions", 0, "Name")),
    Mutation("E9612", at([], *_query("DeadLettersAlarm", 1, *METRIC, "Dimensions"))),
    Mutation("E9612", drop("ReplicationAlarm", "Properties", "Dimensions", 1)),
    Mutation("E9612", drop(*_query("ItemsTableSystemErrorsAlarm", 1, *METRIC, "Dimensions", 0))),
    Mutation("E9613", at("Error", *_query(ERRORS, 2, *METRIC, "MetricName"))),
    Mutation("E9613", at("ReportWritten", "NoReport", "Properties", "MetricName")),
    Mutation("E9613", at("5xxError", "ApiErrors7C6B5A49", "Properties", "MetricName")),
    Mutation("E9614", at("AWS/lambda", *_query(ERRORS, 2, *METRIC, "Namespace"))),
    Mutation("E9614", at("AWS/APIGateway", "ApiErrors7C6B5A49", "Properties", "Namespace")),
    Mutation("W9615", at("Sum", *_query("ApiDurationAlarm", 1, "MetricStat", "Stat"))),
    Mutation("W9615", at("SampleCount", "WorkerErrors2B8C9D10", "Properties", "Statistic")),
    Mutation("E9616", at("Average", "WorkerErrors2B8C9D10", "Properties", "Statistic")),
    Mutation("E9616", at(5, "ApiErrors7C6B5A49", "Properties", "Threshold")),
    Mutation("E9617", at(45, *_query(ERRORS, 1, "MetricStat", "Period"))),
    Mutation("E9618", at(1500, ERRORS, "Properties", "EvaluationPeriods")),
    Mutation("E9618", at(8, "NoReport", "Properties", "EvaluationPeriods")),
    Mutation("E9619", at("IF(calls >= 20, 100 * failures / calls, 0)", *_query(ERRORS, 0, "Expression"))),
    Mutation("E9620", at(True, *_query(ERRORS, 1, "ReturnData"))),
    Mutation("E9620", at(False, *_query(ERRORS, 0, "ReturnData"))),
    Mutation("E9620", drop(*_query(ERRORS, 1, "ReturnData"))),
    Mutation("E9621", at("calls", *_query(ERRORS, 2, "Id"))),
    Mutation("W9622", at("errors", *_query(ERRORS, 0, "Expression"))),
    Mutation("E9623", at('ALARM("no-such-alarm")', "UnhealthyAlarm", "Properties", "AlarmRule")),
    Mutation("E9623", at('ALARM("orders-failover")', "Failover", "Properties", "AlarmRule")),
    Mutation("E9623", at('ALARM("orders-primary-donw")', "Failover", "Properties", "AlarmRule")),
    Mutation("E9624", at('ALARM("a") ALARM("b")', "UnhealthyAlarm", "Properties", "AlarmRule")),
    Mutation("E9624", at('(ALARM("a") OR ALARM("b")', "Failover", "Properties", "AlarmRule")),
    Mutation("E9625", at(28001, "ApiDurationAlarm", "Properties", "Threshold")),
    Mutation("E9625", at("60000", "HandlerSlow6E7F8091", "Properties", "Threshold")),
    Mutation("W9626", at(12, "HandlerSlow6E7F8091", "Properties", "Threshold")),
    Mutation("I9627", at("100 * errors / calls", *_query(ERRORS, 0, "Expression"))),
    Mutation("W9628", at("LessThanThreshold", "WorkerErrors2B8C9D10", "Properties", "ComparisonOperator")),
    Mutation("W9628", at("GreaterThanThreshold", "PrimaryDown", "Properties", "ComparisonOperator")),
    Mutation("W9628", at("LessThanThreshold", "ApiDurationAlarm", "Properties", "ComparisonOperator")),
    Mutation("W9629", drop("StreamFailuresAlarm")),
    Mutation("W9629", drop("DeadLettersAlarm")),
    Mutation("W9629", drop("DeadLettersAlarm5CE7B1E0")),
    Mutation("I9630", _unwatched_stream),
    Mutation("E9631", at("AWS/Route53", *_query(ERRORS, 1, *METRIC, "Namespace"))),
    Mutation("W9632", drop("StreamIteratorAgeAlarm")),
    Mutation("E9633", at("{widgets: []}", "Dashboard", "Properties", "DashboardBody")),
    Mutation("E9634", _dashboard('"Throttles"', '"Throttle"')),
    Mutation("E9634", _dashboard('"AWS/ApiGateway"', '"AWS/APIGateway"')),
    Mutation("E9634", _dashboard('"FunctionName"', '"Functionname"')),
    Mutation("E9635", _dashboard('"region": "us-west-2", ', "")),
    Mutation("W9636", _dashboard('"region": "us-east-1"', '"region": "us-west-2"')),
    Mutation("E9637", _dashboard('"Stage", "v1", ', '"Stage", ')),
    Mutation("E9638", at("{ $.level == ERROR }", *REPORTED, "FilterPattern")),
    Mutation("E9638", at('{ $.level = "ERROR" ', *REPORTED, "FilterPattern")),
    Mutation(
        "E9639", at([{"Key": "a", "Value": "$.a"}], *REPORTED, "MetricTransformations", 0, "Dimensions")
    ),
    Mutation("E9640", drop("Traffic9A8B7C6D", "Properties", "ThresholdMetricId")),
    Mutation("E9640", at(2, "Traffic9A8B7C6D", "Properties", "Threshold")),
    Mutation("E9640", drop("WorkerErrors2B8C9D10", "Properties", "Threshold")),
    Mutation(
        "E9641",
        at(
            '{"widgets": [{"type": "metric", "properties": {"region": "eu-west-1", "metrics": '
            '[["AWS/Route53", "HealthCheckStatus", "HealthCheckId", "x"]]}}]}',
            "Dashboard",
            "Properties",
            "DashboardBody",
        ),
    ),
    Mutation("E9642", _eleven_metrics),
    Mutation("E9643", at("SUM(SEARCH('{AWS/Lambda}', 'Sum'))", *_query(ERRORS, 0, "Expression"))),
    Mutation("E9644", at("Percent", *_query(ERRORS, 2, "MetricStat", "Unit"))),
    Mutation("E9644", at("Seconds", "NotRun", "Properties", "Unit")),
)
