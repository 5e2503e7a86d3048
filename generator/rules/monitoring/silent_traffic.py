"""E9608: an alarm on no traffic that never fires."""

from __future__ import annotations

from collections.abc import Iterator

from generator.rules._document import Document, Problem
from generator.rules._rule import Rule
from generator.rules.monitoring._alarms import alarms, direction, queries, value, watched
from generator.rules.monitoring._meaning import TRAFFIC


class SilentTraffic(Rule):
    """No data is what the alarm waits for."""

    id = "E9608"
    shortdesc = "Alarm on missing traffic that missing traffic does not set off"
    description = (
        "The service publishes nothing while there is no traffic: without breaching the alarm never sees "
        "the zero that it waits for."
    )
    source_url = "https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html"
    tags = ("resources", "cloudwatch", "alarm")
    items = ("S0.6",)

    def check(self, document: Document) -> Iterator[Problem]:
        """Sums of traffic compared downwards with at most 1; what FILL completes is no such metric."""
        for alarm in alarms(document):
            metric = watched(alarm)
            threshold = value(alarm, "Threshold")
            if (
                metric is None
                or metric.full not in TRAFFIC
                or metric.statistic.value not in ("Sum", "SampleCount")
            ):
                continue
            most = (
                0 if alarm.properties.one("ComparisonOperator").value == "LessThanOrEqualToThreshold" else 1
            )
            filled = any("FILL" in str(one.one("Expression").value) for one in queries(alarm))
            if threshold is None or threshold > most or direction(alarm) != "down" or filled:
                continue
            place = alarm.properties.wrong("TreatMissingData", unless=lambda given: given == "breaching")
            if place:
                yield place.problem("set TreatMissingData to breaching: no traffic is no data, and no zero")
