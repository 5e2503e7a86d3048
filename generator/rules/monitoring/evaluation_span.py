"""E9618: periods that add up to too much."""

from __future__ import annotations

from collections.abc import Iterator

from generator.rules._document import Document, Problem
from generator.rules._rule import Rule
from generator.rules._values import number
from generator.rules.monitoring._alarms import alarms, metrics, value

DAY, WEEK, HOUR = 86400, 604800, 3600


class EvaluationSpan(Rule):
    """An alarm looks back a day at most, or a week in hours."""

    id = "E9618"
    shortdesc = "Alarm that looks back further than CloudWatch does"
    description = (
        "Period times EvaluationPeriods is at most a day, or seven days where the period is an hour or more."
    )
    source_url = "https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html"
    tags = ("resources", "cloudwatch", "alarm", "period")
    items = ("S0.6",)

    def check(self, document: Document) -> Iterator[Problem]:
        """Numbers that are all written; the longest period of a math alarm counts."""
        for alarm in alarms(document):
            periods = [number(one.period.value) for one in metrics(alarm)]
            count = value(alarm, "EvaluationPeriods")
            known = [one for one in periods if one is not None]
            if count is None or not known or len(known) < len(periods):
                continue
            most = DAY if max(known) < HOUR else WEEK
            if max(known) * count > most:
                yield alarm.properties.raw("EvaluationPeriods").problem(
                    f"set EvaluationPeriods to {most // max(known):g} or less, or use longer periods"
                )
