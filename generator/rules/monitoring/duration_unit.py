"""W9626: a duration in seconds."""

from __future__ import annotations

from collections.abc import Iterator

from generator.rules._document import Document, Problem
from generator.rules._rule import Rule
from generator.rules._values import ABSENT, UNKNOWN, number
from generator.rules.monitoring._alarms import alarms, direction, value, watched
from generator.rules.monitoring._meaning import LAMBDA


class DurationUnit(Rule):
    """Durations are compared in milliseconds."""

    id = "W9626"
    shortdesc = "Duration threshold that seems to be in seconds"
    description = "Duration is in milliseconds: a threshold of a few is passed by every call."
    source_url = "https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html"
    tags = ("resources", "cloudwatch", "alarm", "lambda")
    items = ("S4.4",)

    def check(self, document: Document) -> Iterator[Problem]:
        """Thresholds below 100 that are no more than the timeout in seconds."""
        for alarm in alarms(document):
            metric = watched(alarm)
            threshold = value(alarm, "Threshold")
            if (
                metric is None
                or metric.full != (LAMBDA, "Duration")
                or threshold is None
                or direction(alarm) != "up"
            ):
                continue
            named = [given for name, given in metric.dimensions() if name.value == "FunctionName"]
            function = document.named(named[0].value, "AWS::Lambda::Function") if named else None
            timeout = function.properties.one("Timeout").value if function else UNKNOWN
            seconds = 3 if timeout is ABSENT else number(timeout)
            if seconds is not None and 0 < threshold <= min(seconds, 100):
                yield alarm.properties.raw("Threshold").problem(
                    f"set Threshold in milliseconds, {threshold * 1000:g} for {threshold:g} s: "
                    "Duration is in milliseconds"
                )
