"""E9620: queries of which none or several are the result."""

from __future__ import annotations

from collections.abc import Iterator

from generator.rules._document import Document, Problem
from generator.rules._rule import Rule
from generator.rules._values import truth
from generator.rules.monitoring._alarms import alarms, queries


class ReturnData(Rule):
    """One query is the result."""

    id = "E9620"
    shortdesc = "Alarm with no result, or with several"
    description = (
        "Exactly one query of an alarm has ReturnData true, which is what is compared; without the "
        "property it is true."
    )
    source_url = "https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-cloudwatch-alarm-metricdataquery.html"
    tags = ("resources", "cloudwatch", "alarm", "math")
    items = ("S0.6",)

    def check(self, document: Document) -> Iterator[Problem]:
        """ReturnData of every query that is certain; an anomaly band is returned beside its metric."""
        for alarm in alarms(document):
            found = queries(alarm)
            returned = [one.one("ReturnData") for one in found]
            if not found or not all(one.known for one in returned):
                continue
            if any("ANOMALY_DETECTION_BAND" in str(one.one("Expression").value) for one in found):
                continue
            results = [one for one in returned if one.absent or truth(one.value) is True]
            if len(results) != 1:
                place = results[1] if results else alarm.properties.raw("Metrics")
                yield place.problem(
                    "set ReturnData to true on one query and to false on the others: now "
                    f"{len(results)} have it"
                )
