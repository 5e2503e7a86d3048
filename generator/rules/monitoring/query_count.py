"""E9642: an alarm of too many metrics."""

from __future__ import annotations

from collections.abc import Iterator

from generator.rules._document import Document, Problem
from generator.rules._rule import Rule
from generator.rules.monitoring._alarms import alarms, metrics

MOST = 10


class QueryCount(Rule):
    """An alarm reads ten metrics at most."""

    id = "E9642"
    shortdesc = "Alarm of more metrics than CloudWatch takes"
    description = "An alarm on metric math reads ten metrics at most; CloudWatch refuses the eleventh."
    source_url = "https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-limits.html"
    tags = ("resources", "cloudwatch", "alarm", "math")
    items = ("S0.6",)

    def check(self, document: Document) -> Iterator[Problem]:
        """Queries with MetricStat; expressions are not counted."""
        for alarm in alarms(document):
            found = metrics(alarm)
            if len(found) > MOST and alarm.properties.one("Metrics").known:
                yield found[MOST].place.problem(
                    f"divide this alarm: it reads {len(found)} metrics, and {MOST} are the most"
                )
