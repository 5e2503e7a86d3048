"""Rules about alarms in the forms that people and generators write."""

from __future__ import annotations

import json

import pytest

from tests.rules.forms import found

ALARM = """
Parameters:
  Anything: {{Type: String}}
  Count: {{Type: Number, AllowedValues: [3, 5]}}
Conditions:
  Maybe: !Equals [!Ref Anything, x]
Resources:
  A:
    Type: AWS::CloudWatch::Alarm
    Properties: {{{properties}}}
{more}
"""
RESOURCES = """
  F: {Type: AWS::Lambda::Function, Properties: {FunctionName: orders-api, Timeout: '20'}}
  Q: {Type: AWS::SQS::Queue, Properties: {QueueName: orders}}
  T: {Type: AWS::SNS::Topic, Properties: {}}
  R: {Type: AWS::ApiGateway::RestApi, Properties: {Name: orders}}
  B: {Type: AWS::ElasticLoadBalancingV2::LoadBalancer, Properties: {}}
"""


def alarm(properties: str, more: str = RESOURCES) -> str:
    return ALARM.format(properties=properties, more=more)


def watching(namespace: str, metric: str, dimensions: str = "", more: str = "") -> str:
    return alarm(
        f"Namespace: {namespace}, MetricName: {metric}, Dimensions: [{dimensions}], {more or 'Period: 60'}"
    )


@pytest.mark.parametrize(
    ("properties", "bad"),
    [
        ("AlarmActions: [!Ref T]", False),
        ("AlarmActions: []", True),
        ("AlarmActions: [!Ref T], ActionsEnabled: 'false'", True),
        ("AlarmActions: !If [Maybe, [!Ref T], []]", False),
        ("AlarmActions: !If [Maybe, [], !Ref 'AWS::NoValue']", True),
        ("InsufficientDataActions: [!Ref T]", False),
    ],
)
def test_an_alarm_that_tells_nobody_is_found(properties: str, bad: bool) -> None:
    assert bool(found("W9601", alarm(properties))) is bad


def test_a_child_of_a_composite_alarm_need_not_tell_anybody() -> None:
    composite = (
        "\n  C: {Type: AWS::CloudWatch::CompositeAlarm, Properties: {AlarmActions: [x], AlarmRule: %s}}"
    )
    assert found("W9601", alarm("Period: 60", composite % "!Sub 'ALARM(\"${A}\")'")) == []
    assert found("W9601", alarm("AlarmName: slow", composite % "'ALARM(\"slow\")'")) == []


@pytest.mark.parametrize(
    ("numbers", "bad"),
    [
        ("DatapointsToAlarm: '4', EvaluationPeriods: '3'", True),
        ("DatapointsToAlarm: 4, EvaluationPeriods: !Ref Count", False),
        ("DatapointsToAlarm: 3, EvaluationPeriods: 3", False),
        ("DatapointsToAlarm: !Ref Anything, EvaluationPeriods: 3", False),
    ],
)
def test_m_is_at_most_n(numbers: str, bad: bool) -> None:
    assert bool(found("E9603", alarm(numbers))) is bad


@pytest.mark.parametrize(
    ("namespace", "dimension", "value", "bad"),
    [
        ("AWS/Lambda", "FunctionName", "!Ref F", False),
        ("AWS/Lambda", "FunctionName", "!GetAtt F.Arn", True),
        ("AWS/Lambda", "FunctionName", "!Sub '${F.Arn}'", True),
        ("AWS/Lambda", "FunctionName", "!Sub '${F}'", False),
        ("AWS/SQS", "QueueName", "!Ref Q", True),
        ("AWS/SQS", "QueueName", "!GetAtt Q.QueueName", False),
        ("AWS/SQS", "QueueName", "!GetAtt Q.Arn", True),
        ("AWS/SQS", "QueueName", "!Select [5, !Split [':', !GetAtt Q.Arn]]", False),
        ("AWS/SNS", "TopicName", "!Ref T", True),
        ("AWS/SNS", "TopicName", "!GetAtt T.TopicName", False),
        ("AWS/ApiGateway", "ApiName", "!Ref R", True),
        ("AWS/ApiGateway", "ApiName", "orders", False),
        ("AWS/ApplicationELB", "LoadBalancer", "!Ref B", True),
        ("AWS/ApplicationELB", "LoadBalancer", "!GetAtt B.LoadBalancerFullName", False),
        ("AWS/SQS", "QueueName", "!Ref Anything", False),
        ("Orders", "QueueName", "!Ref Q", False),
    ],
)
def test_a_dimension_has_the_value_that_the_service_publishes(
    namespace: str, dimension: str, value: str, bad: bool
) -> None:
    text = watching(namespace, "X", f"{{Name: {dimension}, Value: {value}}}")
    assert found("E9610", text) == (["Resources/A/Properties/Dimensions/0/Value"] if bad else [])


@pytest.mark.parametrize(
    ("namespace", "metric", "rules"),
    [
        ("AWS/Lambda", "Errors", []),
        ("AWS/Lambda", "errors", ["E9613"]),
        ("AWS/Lambda", "Error", ["E9613"]),
        ("AWS/Lambda", "SomethingNew", []),
        ("AWS/lambda", "Errors", ["E9614"]),
        ("AWS/APIGateway", "5XXError", ["E9614"]),
        ("AWS/ApiGateway", "5xxError", ["E9613"]),
        ("AWS/ApiGateway", "5xx", []),
        ("AWS/SQS", "ApproximateNumberOfMessageVisible", ["E9613"]),
        ("AWS/DynamoDB", "ReadThrottledEvents", ["E9613"]),
        ("AWS/S3", "4xxErrors", []),
        ("AWS/EC2", "Errors", []),
        ("AWS/EKX", "Errors", []),
        ("aws/sqs", "Errors", ["E9614"]),
        ("Orders", "errors", []),
    ],
)
def test_a_misspelt_metric_is_told_from_one_that_is_not_known(
    namespace: str, metric: str, rules: list[str]
) -> None:
    text = watching(namespace, metric)
    assert [one for one in ("E9613", "E9614") if found(one, text)] == rules


def test_a_name_close_to_one_of_the_template_is_misspelt() -> None:
    assert found("E9611", watching("AWS/Lambda", "Errors", "{Name: FunctionName, Value: orders-apis}"))
    assert found("E9611", watching("AWS/Lambda", "Errors", "{Name: FunctionName, Value: orders-api}")) == []
    assert found("E9611", watching("AWS/Lambda", "Errors", "{Name: FunctionName, Value: payments}")) == []


@pytest.mark.parametrize(
    ("metric", "dimensions", "bad"),
    [
        ("SystemErrors", "{Name: TableName, Value: x}", True),
        ("SystemErrors", "{Name: TableName, Value: x}, {Name: Operation, Value: Query}", False),
        ("UserErrors", "{Name: TableName, Value: x}", True),
        ("UserErrors", "", False),
        ("WriteThrottleEvents", "", True),
        ("WriteThrottleEvents", "!If [Maybe, {Name: TableName, Value: x}, !Ref 'AWS::NoValue']", False),
    ],
)
def test_a_metric_has_the_dimensions_that_it_is_published_with(
    metric: str, dimensions: str, bad: bool
) -> None:
    assert bool(found("E9612", watching("AWS/DynamoDB", metric, dimensions))) is bad


def test_metrics_of_rest_and_http_apis_have_each_their_own_dimension() -> None:
    assert found("E9612", watching("AWS/ApiGateway", "5xx", "{Name: ApiName, Value: orders}"))
    assert found("E9612", watching("AWS/ApiGateway", "5XXError", "{Name: ApiName, Value: orders}")) == []


@pytest.mark.parametrize(
    ("statistic", "comparison", "threshold", "points", "bad"),
    [
        ("Sum", "GreaterThanThreshold", "0", "1", True),
        ("Sum", "GreaterThanOrEqualToThreshold", "'1'", "1", True),
        ("Sum", "GreaterThanOrEqualToThreshold", "2", "1", False),
        ("Sum", "GreaterThanThreshold", "0", "3", False),
        ("Average", "GreaterThanThreshold", "0.05", "1", False),
        ("Sum", "GreaterThanThreshold", "!Ref Anything", "1", False),
    ],
)
def test_one_error_is_no_alarm(
    statistic: str, comparison: str, threshold: str, points: str, bad: bool
) -> None:
    more = f"Statistic: {statistic}, ComparisonOperator: {comparison}, Threshold: {threshold}"
    more += f", EvaluationPeriods: {points}"
    assert bool(found("W9604", watching("AWS/Lambda", "Errors", more=more))) is bad
    assert found("W9604", watching("AWS/SQS", "ApproximateNumberOfMessagesVisible", more=more)) == []


def query(name: str, metric: str = "Errors", namespace: str = "AWS/Lambda", returned: bool = False) -> str:
    stat = f"{{Stat: Sum, Period: 60, Metric: {{Namespace: {namespace}, MetricName: {metric}}}}}"
    return f"{{Id: {name}, ReturnData: {str(returned).lower()}, MetricStat: {stat}}}"


@pytest.mark.parametrize(
    ("expression", "rules"),
    [
        ("100 * m1 / m2", []),
        ("IF(m2 > 20, 100 * m1 / m2, 0)", []),
        ("SUM([FILL(m1, 0), FILL(m2, REPEAT)])", []),
        ("SUM(METRICS('m'))", []),
        ("SUM(METRICS())", []),
        ("m1 + m3", ["E9619", "W9622"]),
        ("m1", ["W9622"]),
        ("!Sub 'm1 * ${Anything} + m2'", []),
    ],
)
def test_expressions_refer_to_the_queries_of_their_alarm(expression: str, rules: list[str]) -> None:
    quoted = expression if expression.startswith("!") else json.dumps(expression)
    result = f"{{Id: e1, Expression: {quoted}}}"
    text = alarm(f"Metrics: [{result}, {query('m1')}, {query('m2', 'Invocations')}]")
    assert [one for one in ("E9619", "E9620", "W9622") if found(one, text)] == rules


@pytest.mark.parametrize(
    ("expression", "bad"),
    [
        ("FILL(m1, 0)", False),
        ("FILL(m1,0)+1", False),
        ("FILL(METRICS(), 0)", False),
        ("m1", True),
        ("FILL(m10, 0) + m1", True),
    ],
)
def test_a_sparse_metric_of_dynamodb_is_filled(expression: str, bad: bool) -> None:
    result = f"{{Id: e1, Expression: {json.dumps(expression)}}}"
    text = alarm(f"Metrics: [{result}, {query('m1', 'WriteThrottleEvents', 'AWS/DynamoDB')}]")
    assert bool(found("W9605", text)) is bad


@pytest.mark.parametrize(
    ("rule", "bad"),
    [
        ('ALARM("a") OR ALARM(b)', False),
        ("NOT (ALARM('a') AND OK(\"arn:aws:cloudwatch:us-west-2:111122223333:alarm:b\"))", False),
        ("TRUE", False),
        ("AT_LEAST(2, ALARM, (a, b, c))", False),
        ("ALARM(a) ALARM(b)", True),
        ("ALARM(a) OR", True),
        ("(ALARM(a)", True),
        ("ALARMS(a)", True),
        ("", True),
        (" OR ".join(f"ALARM(a{number})" for number in range(101)), True),
    ],
)
def test_a_composite_rule_is_read_as_cloudwatch_reads_it(rule: str, bad: bool) -> None:
    composite = (
        f"\n  C: {{Type: AWS::CloudWatch::CompositeAlarm, Properties: {{AlarmRule: {json.dumps(rule)}}}}}"
    )
    assert bool(found("E9624", alarm("Period: 60", composite))) is bad


@pytest.mark.parametrize(("threshold", "rules"), [("20001", ["E9625"]), ("'15'", ["W9626"]), ("15000", [])])
def test_a_duration_is_compared_with_the_functions_timeout(threshold: str, rules: list[str]) -> None:
    more = f"Statistic: Maximum, ComparisonOperator: GreaterThanThreshold, Threshold: {threshold}"
    text = watching("AWS/Lambda", "Duration", "{Name: FunctionName, Value: !Ref F}", more)
    assert [one for one in ("E9625", "W9626") if found(one, text)] == rules
