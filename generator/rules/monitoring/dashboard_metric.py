"""E9634: a widget of nothing."""

from __future__ import annotations

from collections.abc import Iterator

from generator.rules._document import Document, Problem
from generator.rules._rule import Rule
from generator.rules._values import HOLE, is_text
from generator.rules.monitoring._catalogue import NAMESPACES, namespace, near
from generator.rules.monitoring._dashboards import Row, bodies, rows, title, widgets


class DashboardMetric(Rule):
    """Widgets show metrics that there are."""

    id = "E9634"
    shortdesc = "Dashboard that shows a misspelt metric"
    description = (
        "A widget of a metric that nobody publishes is empty, which on a bad day looks like good news."
    )
    source_url = "https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html"
    tags = ("resources", "cloudwatch", "dashboard", "metric")
    items = ("S3.16",)

    def check(self, document: Document) -> Iterator[Problem]:
        """Namespaces, metrics and dimensions close to one of the service's."""
        for place, content in bodies(document):
            for widget in widgets(content):
                for row in rows(widget):
                    meant = _meant(row)
                    if meant:
                        yield place.problem(
                            f"write {meant} in {title(widget)}: {row.namespace} {row.name} shows nothing"
                        )


def _meant(row: Row) -> str:
    if row.namespace.lower().startswith("aws/") and HOLE not in row.namespace:
        meant = namespace(row.namespace)
        known = NAMESPACES.get(row.namespace)
        if meant or known is None:
            return meant
        metric = near(row.name, known.metrics) if is_text(row.name) else ""
        return metric or next((found for one in row.dimensions if (found := near(one, known.dimensions))), "")
    return ""
