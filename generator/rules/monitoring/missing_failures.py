"""W9607: missing failures that count as failures."""

from __future__ import annotations

from collections.abc import Iterator

from generator.rules._document import Document, Problem
from generator.rules._rule import Rule
from generator.rules.monitoring._alarms import alarms, direction, metrics
from generator.rules.monitoring._meaning import FAILURES


class MissingFailures(Rule):
    """No failure means OK."""

    id = "W9607"
    shortdesc = "Alarm that takes the absence of failures for a failure"
    description = (
        "No failure, no data point: with breaching a quiet night is an alarm, with ignore one failure "
        "stays an alarm until the next request."
    )
    source_url = "https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html"
    tags = ("resources", "cloudwatch", "alarm")
    items = ("S0.6",)

    def check(self, document: Document) -> Iterator[Problem]:
        """Metrics that services publish on failures, compared upwards."""
        for alarm in alarms(document):
            found = metrics(alarm)
            if found and direction(alarm) == "up" and all(one.full in FAILURES for one in found):
                for place in alarm.properties.some(
                    "TreatMissingData", that=lambda given: given in ("breaching", "ignore")
                ):
                    yield place.problem("set TreatMissingData to notBreaching")
