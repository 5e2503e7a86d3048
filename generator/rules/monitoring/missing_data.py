"""I9606: a failure alarm without TreatMissingData."""

from __future__ import annotations

from collections.abc import Iterator

from generator.rules._document import Document, Problem
from generator.rules._rule import Rule
from generator.rules._values import ABSENT
from generator.rules.monitoring._alarms import alarms, metrics
from generator.rules.monitoring._meaning import DYNAMODB, FAILURES


class MissingData(Rule):
    """No failure means OK."""

    id = "I9606"
    shortdesc = "Alarm on failures that does not say what no data means"
    description = (
        "No failure, no data point: unless told the alarm goes to INSUFFICIENT_DATA, which looks like a "
        "fault and hides one."
    )
    source_url = "https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html"
    tags = ("resources", "cloudwatch", "alarm")
    items = ("S0.6",)

    def check(self, document: Document) -> Iterator[Problem]:
        """Metrics that services publish on failures; DynamoDB's are another rule's."""
        for alarm in alarms(document):
            found = metrics(alarm)
            if found and all(one.full in FAILURES and one.namespace != DYNAMODB for one in found):
                place = alarm.properties.wrong(
                    "TreatMissingData", unless=lambda given: given not in (ABSENT, "missing")
                )
                if place:
                    yield place.problem("set TreatMissingData to notBreaching")
