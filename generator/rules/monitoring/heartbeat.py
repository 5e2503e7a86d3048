"""W9609: a heartbeat whose absence is no alarm."""

from __future__ import annotations

from collections.abc import Iterator

from generator.rules._document import Document, Problem
from generator.rules._rule import Rule
from generator.rules.monitoring._alarms import alarms, queries, value, watched


class Heartbeat(Rule):
    """Silence of a heartbeat is an alarm."""

    id = "W9609"
    shortdesc = "Heartbeat alarm that takes silence for health"
    description = (
        "A job that reports its success reports nothing when it does not run: that is what the alarm is for."
    )
    source_url = "https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html"
    tags = ("resources", "cloudwatch", "alarm")
    items = ("S0.6", "S3.15")

    def check(self, document: Document) -> Iterator[Problem]:
        """Sums of custom metrics compared downwards with at most 1."""
        for alarm in alarms(document):
            metric = watched(alarm)
            threshold = value(alarm, "Threshold")
            if metric is None or not metric.namespace or metric.namespace.startswith("AWS/"):
                continue
            if (
                metric.statistic.value not in ("Sum", "SampleCount")
                or threshold is None
                or not 0 < threshold <= 1
            ):
                continue
            filled = any("FILL" in str(one.one("Expression").value) for one in queries(alarm))
            if alarm.properties.one("ComparisonOperator").value == "LessThanThreshold" and not filled:
                for place in alarm.properties.some(
                    "TreatMissingData", that=lambda given: given in ("notBreaching", "ignore")
                ):
                    yield place.problem(
                        "set TreatMissingData to breaching: a job that does not run reports nothing"
                    )
