"""E9640: an anomaly alarm that CloudWatch refuses."""

from __future__ import annotations

from collections.abc import Iterator

from generator.rules._document import Document, Problem
from generator.rules._rule import Rule
from generator.rules._values import UNKNOWN, is_text
from generator.rules.monitoring._alarms import alarms, queries

BANDS = ("GreaterThanUpperThreshold", "LessThanLowerOrGreaterThanUpperThreshold", "LessThanLowerThreshold")


class AnomalyBand(Rule):
    """Bands are compared as bands, numbers as numbers."""

    id = "E9640"
    shortdesc = "Anomaly alarm whose parts do not fit together"
    description = (
        "A comparison with a band needs ThresholdMetricId of the query with the band and no Threshold; a "
        "plain comparison needs a Threshold."
    )
    source_url = (
        "https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Anomaly_Detection.html"
    )
    tags = ("resources", "cloudwatch", "alarm", "anomaly")
    items = ("S0.6",)

    def check(self, document: Document) -> Iterator[Problem]:
        """Comparisons and ids that are certain."""
        for alarm in alarms(document):
            comparison, threshold = (
                alarm.properties.one("ComparisonOperator"),
                alarm.properties.one("Threshold"),
            )
            band = alarm.properties.one("ThresholdMetricId")
            if (
                not comparison.known
                or not threshold.known
                or not band.known
                or "EvaluationCriteria" in alarm.properties.value
            ):
                continue
            if comparison.value in BANDS:
                expressions = {
                    str(one.one("Id").value): one.one("Expression").value for one in queries(alarm)
                }
                banded = expressions.get(str(band.value), "")
                if not threshold.absent:
                    yield threshold.problem("remove Threshold: the band is what is compared with")
                elif band.absent or (banded is not UNKNOWN and "ANOMALY_DETECTION_BAND" not in str(banded)):
                    yield band.problem(
                        "set ThresholdMetricId to the Id of the query with ANOMALY_DETECTION_BAND(…)"
                    )
            elif is_text(comparison.value) and not band.absent:
                yield comparison.problem(
                    f"set ComparisonOperator to one of {', '.join(BANDS)}: the threshold is a band"
                )
            elif is_text(comparison.value) and threshold.absent:
                yield alarm.properties.problem("set Threshold, which the metric is compared with")
