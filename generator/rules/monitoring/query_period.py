"""E9617: a query's period that there is not."""

from __future__ import annotations

from collections.abc import Iterator

from generator.rules._document import Document, Problem
from generator.rules._rule import Rule
from generator.rules._values import number
from generator.rules.monitoring._alarms import alarms, metrics


class QueryPeriod(Rule):
    """Periods are whole minutes, or 10, 20 or 30 seconds."""

    id = "E9617"
    shortdesc = "Metric query with a period that CloudWatch refuses"
    description = (
        "A period is 10, 20 or 30 seconds or a multiple of 60, in a query as in an alarm of a single metric."
    )
    source_url = "https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html"
    tags = ("resources", "cloudwatch", "alarm", "period")
    items = ("S0.6",)

    def check(self, document: Document) -> Iterator[Problem]:
        """Queries of Metrics; the alarm's own Period is cfn-lint's."""
        for alarm in alarms(document):
            for metric in metrics(alarm):
                seconds = number(metric.period.value)
                if metric.place.path == alarm.properties.path or seconds is None:
                    continue
                if seconds not in (1, 5, 10, 20, 30) and (seconds <= 0 or seconds % 60):
                    yield metric.period.problem(
                        "set Period to 60 or a multiple of it, or to 10, 20 or 30 for high resolution"
                    )
