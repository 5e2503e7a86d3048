"""E9616: an average that cannot reach the threshold."""

from __future__ import annotations

from collections.abc import Iterator

from generator.rules._document import Document, Problem
from generator.rules._rule import Rule
from generator.rules.monitoring._alarms import alarms, direction, value, watched
from generator.rules.monitoring._meaning import RATES


class AverageOfErrors(Rule):
    """A rate is compared with a part of 1."""

    id = "E9616"
    shortdesc = "Threshold that an average of errors never reaches"
    description = "Each request is a data point of 0 or 1: their average is a rate and at most 1."
    source_url = (
        "https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-metrics-and-dimensions.html"
    )
    tags = ("resources", "cloudwatch", "alarm", "statistic")
    items = ("S0.6", "S4.4")

    def check(self, document: Document) -> Iterator[Problem]:
        """Average, Minimum and Maximum of errors of functions and APIs."""
        for alarm in alarms(document):
            metric = watched(alarm)
            threshold = value(alarm, "Threshold")
            if metric is None or metric.full not in RATES or threshold is None:
                continue
            most = (
                1
                if alarm.properties.one("ComparisonOperator").value == "GreaterThanOrEqualToThreshold"
                else 0.999999
            )
            if (
                metric.statistic.value in ("Average", "Maximum", "Minimum")
                and threshold > most
                and direction(alarm) == "up"
            ):
                yield metric.statistic.problem(
                    f"use Sum, or a Threshold below 1: this statistic of {metric.name} is at most 1"
                )
