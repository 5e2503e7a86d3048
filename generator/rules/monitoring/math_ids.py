"""E9619: an id that no query has."""

from __future__ import annotations

from collections.abc import Iterator

from generator.rules._document import Document, Problem
from generator.rules._rule import Rule
from generator.rules._values import is_text
from generator.rules.monitoring._alarms import alarms, queries, used_ids


class MathIds(Rule):
    """Expressions refer to queries of their alarm."""

    id = "E9619"
    shortdesc = "Expression that refers to a metric that is not there"
    description = "CloudWatch refuses an alarm whose expression has an id that no query of the alarm has."
    source_url = "https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html"
    tags = ("resources", "cloudwatch", "alarm", "math")
    items = ("S0.6",)

    def check(self, document: Document) -> Iterator[Problem]:
        """Expressions and ids that are all certain."""
        for alarm in alarms(document):
            found = queries(alarm)
            ids = [one.one("Id").value for one in found]
            if not all(is_text(one) for one in ids):
                continue
            for query in found:
                expression = query.one("Expression")
                if is_text(expression.value) and not expression.value.lstrip().upper().startswith("SELECT"):
                    missing = used_ids(expression.value) - set(ids)
                    if missing:
                        yield expression.problem(
                            f"add a query with Id {', '.join(sorted(missing))}, or mend the expression"
                        )
