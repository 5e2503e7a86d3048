"""E9603: M greater than N."""

from __future__ import annotations

from collections.abc import Iterator

from generator.rules._document import Document, Problem
from generator.rules._rule import Rule
from generator.rules._values import number
from generator.rules.monitoring._alarms import alarms


class Datapoints(Rule):
    """M of N, and M at most N."""

    id = "E9603"
    shortdesc = "Alarm that waits for more data points than it looks at"
    description = "DatapointsToAlarm is M of the EvaluationPeriods N: CloudWatch refuses M greater than N."
    source_url = "https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html"
    tags = ("resources", "cloudwatch", "alarm")
    items = ("S0.6",)

    def check(self, document: Document) -> Iterator[Problem]:
        """Numbers that are both written."""
        for alarm in alarms(document):
            points = alarm.properties.outcomes("DatapointsToAlarm")
            spans = alarm.properties.outcomes("EvaluationPeriods")
            pairs = [(one, number(one.value), number(other.value)) for one in points for other in spans]
            wrong = [(one, m, n) for one, m, n in pairs if m is not None and n is not None and m > n]
            # Of a parameter's values, and of two conditions that may go together, not all pairs meet.
            branched = any("Fn::If" in one.path for one in (*points, *spans))
            if wrong and (len(wrong) == len(pairs) or (branched and 1 in (len(points), len(spans)))):
                place, m, n = wrong[0]
                yield place.problem(
                    f"set DatapointsToAlarm to {n:g} or less, or EvaluationPeriods to {m:g} or more"
                )
