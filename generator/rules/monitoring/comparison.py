"""W9628: a comparison in the wrong direction."""

from __future__ import annotations

from collections.abc import Iterator

from generator.rules._document import Document, Problem
from generator.rules._rule import Rule
from generator.rules.monitoring._alarms import alarms, direction, watched
from generator.rules.monitoring._meaning import UNWELCOME, WELCOME

WRONG = {"down": UNWELCOME, "up": WELCOME}
BETTER = {"down": "GreaterThanThreshold", "up": "LessThanThreshold"}


class Comparison(Rule):
    """Alarms fire when it gets worse."""

    id = "W9628"
    shortdesc = "Alarm that fires while all is well"
    description = (
        "The comparison goes the wrong way for this metric: few errors, or enough free storage, set it off."
    )
    source_url = "https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/AlarmThatSendsEmail.html"
    tags = ("resources", "cloudwatch", "alarm")
    items = ("S0.6", "S4.4")

    def check(self, document: Document) -> Iterator[Problem]:
        """Metrics of which more, or less, is always better."""
        for alarm in alarms(document):
            metric = watched(alarm)
            way = direction(alarm)
            if metric is not None and way and metric.full in WRONG[way]:
                yield alarm.properties.raw("ComparisonOperator").problem(
                    f"use {BETTER[way]}: this fires while {metric.name} is good"
                )
