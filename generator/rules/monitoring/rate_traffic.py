"""I9627: an error rate that one call decides."""

from __future__ import annotations

from collections.abc import Iterator

from generator.rules._document import Document, Problem
from generator.rules._rule import Rule
from generator.rules._values import is_text
from generator.rules.monitoring._alarms import alarms, metrics, queries, used_ids
from generator.rules.monitoring._meaning import FAILURES, TRAFFIC


class RateTraffic(Rule):
    """Rates count from a least traffic on."""

    id = "I9627"
    shortdesc = "Error rate without a least traffic"
    description = (
        "At night one failed call out of two is 50 %: a rate says something only from a number of calls on."
    )
    source_url = "https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html"
    tags = ("resources", "cloudwatch", "alarm", "math", "threshold")
    items = ("S0.6",)

    def check(self, document: Document) -> Iterator[Problem]:
        """Divisions of failures by traffic, in expressions without IF."""
        for alarm in alarms(document):
            found = {one.id: one.full for one in metrics(alarm)}
            for query in queries(alarm):
                text = query.one("Expression").value
                if not is_text(text) or "/" not in text or "IF(" in text:
                    continue
                above, _, below = text.partition("/")
                failing = any(found.get(one) in FAILURES for one in used_ids(above))
                if failing and any(found.get(one) in TRAFFIC for one in used_ids(below)):
                    yield query.one("Expression").problem(
                        "write the rate as IF(calls >= 20, 100 * errors / calls, 0)"
                    )
