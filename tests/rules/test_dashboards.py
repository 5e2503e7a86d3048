"""Rules about dashboards and log filters in the forms that people and generators write."""

from __future__ import annotations

import json

import pytest

from tests.rules.forms import found


def template(resource: str) -> str:
    return f"Parameters: {{Anything: {{Type: String}}}}\nResources:{resource}"


WIDGET = '{"type": "metric", "properties": {"region": "%s", "metrics": %s}}'


@pytest.mark.parametrize(
    ("body", "rules"),
    [
        ('{"widgets": []}', []),
        ('{"widgets": [}', ["E9633"]),
        ('{"widgets": [%s]}' % (WIDGET % ("${AWS::Region}", '[["AWS/Lambda", "Errors"]]')), []),
        ('{"widgets": [%s]}' % (WIDGET % ("", '[["AWS/Lambda", "Errors"]]')), ["E9635"]),
        ('{"widgets": [%s]}' % (WIDGET % ("x", '[["AWS/Lambda", "Errors", {"region": "y"}]]')), []),
        ('{"widgets": [%s]}' % (WIDGET % ("", '[["AWS/Lambda", "Errors", {"region": "y"}]]')), []),
        ('{"widgets": [%s]}' % (WIDGET % ("x", '[["AWS/Lambda", "Erors"]]')), ["E9634"]),
        ('{"widgets": [%s]}' % (WIDGET % ("x", '[["AWS/Lambda", "Errors"], [".", "Throttels"]]')), ["E9634"]),
        ('{"widgets": [%s]}' % (WIDGET % ("x", '[["AWS/Lambda", "Errors", "FunctionName"]]')), ["E9637"]),
        (
            '{"widgets": [%s]}'
            % (WIDGET % ("x", '[["AWS/Lambda", "Errors", "FunctionName", "a"], ["...", "b"]]')),
            [],
        ),
        ('{"widgets": [%s], "periodOverride": "${Anything}"}' % (WIDGET % ("x", "[]")), []),
        ('{"widgets": ${Anything}}', []),
    ],
)
def test_a_dashboard_is_read_though_parts_are_known_at_deployment_only(body: str, rules: list[str]) -> None:
    dashboard = (
        f"\n  D: {{Type: AWS::CloudWatch::Dashboard, Properties: {{DashboardBody: !Sub {json.dumps(body)}}}}}"
    )
    text = template(dashboard)
    assert [one for one in ("E9633", "E9634", "E9635", "E9637") if found(one, text)] == rules


@pytest.mark.parametrize(
    ("pattern", "bad"),
    [
        ("", False),
        ("ERROR", False),
        ('"Task timed out"', False),
        ('?ERROR ?"timed out" -"ignore"', False),
        ("[ip, user, ..., status=5*, bytes>100]", False),
        ('{ ($.level = "ERROR") && ($.count > 3 || $.name NOT EXISTS) }', False),
        ("{ $.error IS NULL }", False),
        ("%AUTHORIZED|DENIED%", False),
        ('{ $.text = "a == b" }', False),
        ('{ $.level == "ERROR" }', True),
        ("{ $.level = ", True),
        ("{ $.level }", True),
        ('"unfinished', True),
        ("[ip, user", True),
        ('{ ($.a = "b" }', True),
    ],
)
def test_a_log_pattern_that_cloudwatch_refuses_is_found(pattern: str, bad: bool) -> None:
    log_filter = (
        f"\n  L: {{Type: AWS::Logs::MetricFilter, Properties: {{FilterPattern: {json.dumps(pattern)}}}}}"
    )
    assert bool(found("E9638", template(log_filter))) is bad


REGIONS = """
  T:
    Type: AWS::DynamoDB::GlobalTable
    Properties: {Replicas: [{Region: us-west-2}, {Region: us-east-1}]}
"""
CHECKS = """
  A:
    Type: AWS::Route53::HealthCheck
    Properties: {HealthCheckConfig: {FullyQualifiedDomainName: a.us-west-2.example.com}}
  B:
    Type: AWS::Route53::HealthCheck
    Properties: {HealthCheckConfig: {FullyQualifiedDomainName: b.us-east-1.example.com}}
"""


@pytest.mark.parametrize("system", [REGIONS, CHECKS])
def test_a_dashboard_of_a_system_in_two_regions_shows_both(system: str) -> None:
    one = WIDGET % ("us-west-2", '[["AWS/Lambda", "Errors"]]')
    both = f"{one}, {WIDGET % ('us-east-1', '[[]]')}"
    for widgets, bad in ((one, True), (both, False)):
        body = json.dumps(f'{{"widgets": [{widgets}]}}')
        dashboard = f"\n  D: {{Type: AWS::CloudWatch::Dashboard, Properties: {{DashboardBody: {body}}}}}"
        assert bool(found("W9636", template(system + dashboard))) is bad
