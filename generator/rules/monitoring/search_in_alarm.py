"""E9643: an alarm on a search."""

from __future__ import annotations

import re
from collections.abc import Iterator

from generator.rules._document import Document, Problem
from generator.rules._rule import Rule
from generator.rules.monitoring._alarms import alarms, queries

SEARCH = re.compile(r"\bSEARCH\s*\(")


class SearchInAlarm(Rule):
    """Alarms name their metrics."""

    id = "E9643"
    shortdesc = "Alarm on a search expression"
    description = "SEARCH finds a changing set of metrics, for dashboards: CloudWatch refuses it in an alarm."
    source_url = (
        "https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-search-expressions.html"
    )
    tags = ("resources", "cloudwatch", "alarm", "math")
    items = ("S0.6",)

    def check(self, document: Document) -> Iterator[Problem]:
        """Expressions of the alarm's queries."""
        for alarm in alarms(document):
            for query in queries(alarm):
                expression = query.one("Expression")
                if isinstance(expression.value, str) and SEARCH.search(expression.value):
                    yield expression.problem(
                        "name each metric in a query, or use a Metrics Insights query: alarms cannot SEARCH"
                    )
