"""E9625: a duration that no call reaches."""

from __future__ import annotations

from collections.abc import Iterator

from generator.rules._document import Document, Problem
from generator.rules._rule import Rule
from generator.rules._values import ABSENT, UNKNOWN, number
from generator.rules.monitoring._alarms import alarms, direction, value, watched
from generator.rules.monitoring._meaning import LAMBDA


class DurationThreshold(Rule):
    """The threshold is below the timeout."""

    id = "E9625"
    shortdesc = "Duration alarm above the function's timeout"
    description = "Lambda stops the function at its timeout: no call ever takes as long as the threshold."
    source_url = "https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html"
    tags = ("resources", "cloudwatch", "alarm", "lambda")
    items = ("S4.4",)

    def check(self, document: Document) -> Iterator[Problem]:
        """Functions of this template; thresholds are in milliseconds."""
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
            if (
                seconds is not None
                and function is not None
                and threshold > seconds * 1000
                and metric.statistic.value != "Sum"
            ):
                yield alarm.properties.raw("Threshold").problem(
                    f"set Threshold below {seconds * 1000:g} ms, the timeout of {function.id}: it is "
                    "never reached"
                )
