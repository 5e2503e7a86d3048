"""W9615: a statistic that makes no sense."""

from __future__ import annotations

from collections.abc import Iterator

from generator.rules._document import Document, Problem
from generator.rules._rule import Rule
from generator.rules.monitoring._alarms import alarms, value, watched
from generator.rules.monitoring._meaning import FAILURES, LEVELS


class Statistic(Rule):
    """Times and levels are averaged or ranked, failures added up."""

    id = "W9615"
    shortdesc = "Statistic that says nothing about this metric"
    description = (
        "The sum of durations grows with the traffic, and the sample count of errors counts the calls."
    )
    source_url = "https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Statistics-definitions.html"
    tags = ("resources", "cloudwatch", "alarm", "statistic")
    items = ("S0.6", "S4.4")

    def check(self, document: Document) -> Iterator[Problem]:
        """Well-known metrics; the sum of a level that is compared with nothing above 1 is left alone."""
        for alarm in alarms(document):
            metric = watched(alarm)
            threshold = value(alarm, "Threshold")
            if metric is None:
                continue
            if metric.full in LEVELS and metric.statistic.value == "Sum" and (threshold or 0) > 1:
                yield metric.statistic.problem(
                    f"use Maximum, Average or a percentile: a sum of {metric.name} means nothing"
                )
            elif metric.full in FAILURES and metric.statistic.value == "SampleCount":
                yield metric.statistic.problem(
                    f"use Sum: the sample count of {metric.name} counts the requests"
                )
