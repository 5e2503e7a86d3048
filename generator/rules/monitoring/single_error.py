"""W9604: an alarm on the first error."""

from __future__ import annotations

from collections.abc import Iterator

from generator.rules._document import Document, Problem
from generator.rules._rule import Rule
from generator.rules._values import number
from generator.rules.monitoring._alarms import alarms, direction, value, watched
from generator.rules.monitoring._meaning import REQUEST_ERRORS


class SingleError(Rule):
    """Alarms mean more than one accident."""

    id = "W9604"
    shortdesc = "Alarm on a single error"
    description = (
        "One failed request in one period wakes somebody up: he soon learns not to look. A rate, or M of "
        "N periods, tells a failure from an accident."
    )
    source_url = "https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/AlarmThatSendsEmail.html"
    tags = ("resources", "cloudwatch", "alarm", "threshold")
    items = ("S0.6",)

    def check(self, document: Document) -> Iterator[Problem]:
        """Sums of errors of requests, at a threshold that one error reaches, in one data point.

        Dead-letter queues are another matter.
        """
        for alarm in alarms(document):
            metric = watched(alarm)
            threshold, periods = value(alarm, "Threshold"), value(alarm, "EvaluationPeriods")
            datapoints = alarm.properties.one("DatapointsToAlarm")
            if (
                metric is None
                or metric.full not in REQUEST_ERRORS
                or metric.statistic.value not in ("Sum", "Maximum")
            ):
                continue
            points = periods if datapoints.absent else number(datapoints.value)
            least = (
                1
                if alarm.properties.one("ComparisonOperator").value == "GreaterThanOrEqualToThreshold"
                else 0
            )
            if threshold is not None and threshold <= least and points == 1 and direction(alarm) == "up":
                yield alarm.properties.raw("Threshold").problem(
                    "alarm on a rate, on more errors, or in several periods (DatapointsToAlarm): this"
                    " is one error"
                )
