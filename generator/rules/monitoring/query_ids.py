"""E9621: ids that repeat."""

from __future__ import annotations

from collections.abc import Iterator

from generator.rules._document import Document, Problem
from generator.rules._rule import Rule
from generator.rules._values import is_text
from generator.rules.monitoring._alarms import alarms, queries


class QueryIds(Rule):
    """Each query has an id of its own."""

    id = "E9621"
    shortdesc = "Two queries of one alarm with the same id"
    description = "CloudWatch refuses ids that repeat: an expression could not say which it means."
    source_url = "https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-cloudwatch-alarm-metricdataquery.html"
    tags = ("resources", "cloudwatch", "alarm", "math")
    items = ("S0.6",)

    def check(self, document: Document) -> Iterator[Problem]:
        """Ids that are certain."""
        for alarm in alarms(document):
            seen: set[str] = set()
            for query in queries(alarm):
                name = query.one("Id")
                if is_text(name.value) and name.value in seen:
                    yield name.problem(f"give this query another Id: {name.value} is taken")
                seen.add(str(name.value))
