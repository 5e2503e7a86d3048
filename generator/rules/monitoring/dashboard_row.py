"""E9637: a row that is no metric."""

from __future__ import annotations

import json
from collections.abc import Iterator

from generator.rules._document import Document, Problem
from generator.rules._rule import Rule
from generator.rules.monitoring._dashboards import bodies, title, widgets


class DashboardRow(Rule):
    """Metrics are namespace, name and pairs."""

    id = "E9637"
    shortdesc = "Dashboard metric that is not written as one"
    description = (
        "A metric is a list of namespace, name and pairs of dimensions, with options last: CloudWatch "
        "refuses others."
    )
    source_url = "https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html"
    tags = ("resources", "cloudwatch", "dashboard")
    items = ("S3.16",)

    def check(self, document: Document) -> Iterator[Problem]:
        """Rows without the shorthand ..., which may stand for any number."""
        for place, content in bodies(document):
            for widget in widgets(content):
                given = widget["properties"].get("metrics", [])
                if given is not None and (
                    not isinstance(given, list) or not all(isinstance(row, list) and row for row in given)
                ):
                    yield place.problem(f"write metrics of {title(widget)} as a list of lists")
                    continue
                for row in given or ():
                    fields = row[:-1] if isinstance(row[-1], dict) else row
                    odd = len(fields) < 2 or len(fields) % 2
                    if fields and odd and "..." not in fields and None not in fields:
                        yield place.problem(
                            f"write {json.dumps(row[:4])} of {title(widget)} as namespace, name and pairs"
                        )
