"""W9622: a query that nothing uses."""

from __future__ import annotations

from collections.abc import Iterator

from generator.rules._document import Document, Problem
from generator.rules._rule import Rule
from generator.rules._values import is_text, truth
from generator.rules.monitoring._alarms import alarms, queries, used_ids


class UnusedQuery(Rule):
    """Each query is used or is the result."""

    id = "W9622"
    shortdesc = "Metric that the alarm reads and does not use"
    description = "It is paid for, and whoever reads the alarm believes that it matters."
    source_url = "https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html"
    tags = ("resources", "cloudwatch", "alarm", "math")
    items = ("S0.6",)

    def check(self, document: Document) -> Iterator[Problem]:
        """Expressions that are all certain, and none of which takes METRICS()."""
        for alarm in alarms(document):
            found = queries(alarm)
            texts = [one.one("Expression").value for one in found if not one.raw("Expression").absent]
            if not all(is_text(one) and "METRICS(" not in one for one in texts):
                continue
            used = {name for one in texts for name in used_ids(str(one))}
            for query in found:
                name, returned = query.one("Id"), query.one("ReturnData")
                if is_text(name.value) and name.value not in used and truth(returned.value) is False:
                    yield query.problem(f"remove this query, or use {name.value} in the expression")
