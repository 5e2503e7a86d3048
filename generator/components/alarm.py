"""CloudWatch alarms: rates with a minimum of traffic, M of N periods, each telling the alarm topic.

A raw error count is noise at high traffic and silence at low traffic, so rates carry a floor and a companion
for low traffic. Thresholds are plain numbers here; environments hold them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Literal

from msgspec import Struct
from troposphere import cloudwatch

from generator.components.component import Component
from generator.components.grant import Value
from generator.components.scope import Scope
from generator.components.topic import Topic

MINUTE = 60


class Metric(Struct, frozen=True):
    """One metric and how a period of it is summed up (Sum, Maximum, p99 …)."""

    namespace: str
    name: str
    dimensions: tuple[tuple[str, Value], ...]
    statistic: str

    def query(self, identifier: str, period: int) -> cloudwatch.MetricDataQuery:
        """The metric as an input of an expression."""
        return cloudwatch.MetricDataQuery(
            Id=identifier,
            MetricStat=cloudwatch.MetricStat(
                Metric=cloudwatch.Metric(
                    Dimensions=[
                        cloudwatch.MetricDimension(Name=name, Value=value) for name, value in self.dimensions
                    ],
                    MetricName=self.name,
                    Namespace=self.namespace,
                ),
                Period=period,
                Stat=self.statistic,
            ),
            ReturnData=False,
        )


class Window(Struct, frozen=True):
    """``datapoints`` bad periods out of ``periods``, each of ``seconds``."""

    periods: int
    datapoints: int
    seconds: int = MINUTE


ONCE = Window(periods=1, datapoints=1)


class Alarm(Component, frozen=True, kw_only=True):
    """An alarm."""

    logical_id: str
    physical_name: str


def alarm(
    scope: Scope,
    logical_id: str,
    *,
    meaning: str,
    expression: str,
    inputs: Mapping[str, Metric],
    threshold: float,
    window: Window,
    topic: Topic | None,
    comparison: Literal[
        "GreaterThanThreshold", "GreaterThanOrEqualToThreshold"
    ] = "GreaterThanOrEqualToThreshold",
) -> Alarm:
    """Alarm on a metric-math ``expression`` over named ``inputs``; quiet where there are no data.

    ``meaning`` is what an operator reads: what is wrong and where to look. An alarm without a ``topic`` is an
    input of a composite alarm, which tells the topic for it.
    """
    name = scope.name("alarm", logical_id)
    actions = [] if topic is None else [topic.arn]
    result = cloudwatch.MetricDataQuery(Id="result", Expression=expression, Label=meaning, ReturnData=True)
    queries = [metric.query(identifier, window.seconds) for identifier, metric in sorted(inputs.items())]
    resource = cloudwatch.Alarm(
        logical_id,
        AlarmName=name,
        AlarmDescription=meaning,
        ActionsEnabled=True,
        AlarmActions=actions,
        ComparisonOperator=comparison,
        DatapointsToAlarm=window.datapoints,
        EvaluationPeriods=window.periods,
        Metrics=[result, *queries],
        OKActions=actions,
        Tags=scope.tag_list(name),
        Threshold=threshold,
        TreatMissingData="notBreaching",
    )
    return Alarm(logical_id=logical_id, physical_name=name, resources=(resource,))


def composite(
    scope: Scope,
    logical_id: str,
    *,
    meaning: str,
    operator: Literal["AND", "OR"],
    alarms: Iterable[Alarm],
    topic: Topic,
) -> Alarm:
    """Composite alarm: one page when all of several alarms ring (AND), or any of them (OR)."""
    children = sorted(alarms, key=lambda one: one.logical_id)
    name = scope.name("alarm", logical_id)
    resource = cloudwatch.CompositeAlarm(
        logical_id,
        AlarmName=name,
        AlarmDescription=meaning,
        ActionsEnabled=True,
        AlarmActions=[topic.arn],
        AlarmRule=f" {operator} ".join(f'ALARM("{one.physical_name}")' for one in children),
        # The rule names its children by text, which CloudFormation cannot see.
        DependsOn=[one.logical_id for one in children],
        OKActions=[topic.arn],
        Tags=scope.tag_list(name),
    )
    return Alarm(logical_id=logical_id, physical_name=name, resources=(resource,))
