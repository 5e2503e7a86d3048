"""E9641: a widget of a region that has no such metrics."""

from __future__ import annotations

from collections.abc import Iterator

from generator.rules._document import Document, Problem
from generator.rules._rule import Rule
from generator.rules._values import is_text
from generator.rules.monitoring._dashboards import bodies, listed, rows, title, widgets
from generator.rules.monitoring._meaning import GLOBAL


class DashboardGlobalRegion(Rule):
    """Widgets look where metrics are."""

    id = "E9641"
    shortdesc = "Widget that looks for a global service's metrics in another region"
    description = (
        "Route 53, CloudFront and Billing publish in us-east-1 only: a widget with another region is empty."
    )
    source_url = "https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/monitoring-health-checks.html"
    tags = ("resources", "cloudwatch", "dashboard", "regions")
    items = ("S3.16", "S3.19")

    def check(self, document: Document) -> Iterator[Problem]:
        """Widgets whose region is certain."""
        for place, content in bodies(document):
            for widget in widgets(content):
                region = widget["properties"].get("region")
                services = {row.namespace for row in rows(widget)} & GLOBAL
                own = any("region" in row[-1] for row in listed(widget) if row and isinstance(row[-1], dict))
                if is_text(region) and region != "us-east-1" and services and not own:
                    yield place.problem(
                        f'set "region" of {title(widget)} to us-east-1, where {min(services)} publishes'
                    )
