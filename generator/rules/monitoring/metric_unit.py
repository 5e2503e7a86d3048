"""E9644: a unit that the service does not publish."""

from __future__ import annotations

from collections.abc import Iterator

from generator.rules._document import Document, Node, Problem
from generator.rules._rule import Rule
from generator.rules._values import is_text
from generator.rules.monitoring._alarms import Metric, alarms, metrics, queries
from generator.rules.monitoring._catalogue import NAMESPACES

UNITS = {
    "Bytes": {"FreeStorageSpace", "FreeableMemory"},
    "Count": {
        "4XXError", "5XXError", "ApproximateNumberOfMessagesVisible", "Count", "Errors", "ExecutionsFailed",
        "Invocations", "ReadThrottleEvents", "SystemErrors", "Throttles", "WriteThrottleEvents",
    },
    "Milliseconds": {"Duration", "IntegrationLatency", "IteratorAge", "Latency", "SuccessfulRequestLatency"},
    "Percent": {"CPUUtilization"},
    "Seconds": {"ApproximateAgeOfOldestMessage", "TargetResponseTime"},
}  # fmt: skip


class MetricUnit(Rule):
    """Alarms read the unit that there is, or any."""

    id = "E9644"
    shortdesc = "Alarm in a unit that the metric does not have"
    description = (
        "CloudWatch does not convert: only data points of that unit count, and the service publishes "
        "none. Without Unit all count."
    )
    source_url = "https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html"
    tags = ("resources", "cloudwatch", "alarm", "metric")
    items = ("S4.4",)

    def check(self, document: Document) -> Iterator[Problem]:
        """Well-known metrics; None of them is published in two units."""
        for alarm in alarms(document):
            for metric in metrics(alarm):
                own = metric.place.path == alarm.properties.path
                unit = alarm.properties.one("Unit") if own else _beside(metric)
                right = next((unit for unit, names in UNITS.items() if metric.name in names), "")
                known = metric.namespace in NAMESPACES and metric.namespace != "AWS/Route53"
                if right and known and is_text(unit.value) and unit.value != right:
                    yield unit.problem(
                        f"remove Unit, or set it to {right}: {metric.name} has no {unit.value}"
                    )


def _beside(metric: Metric) -> Node:
    """The Unit of a query's MetricStat."""
    for query in queries(metric.alarm):
        if query.one("Id").value == metric.id:
            return query.one("MetricStat", "Unit")
    return metric.place.raw("Unit")
