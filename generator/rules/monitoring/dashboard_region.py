"""E9635: a metric widget of no region."""

from __future__ import annotations

from collections.abc import Iterator

from generator.rules._document import Document, Problem
from generator.rules._rule import Rule
from generator.rules.monitoring._dashboards import bodies, listed, title, widgets


class DashboardRegion(Rule):
    """Each metric widget names its region."""

    id = "E9635"
    shortdesc = "Metric widget without a region"
    description = (
        "CloudWatch refuses a metric widget that does not say whose metrics it shows, and a dashboard may"
        " show several regions."
    )
    source_url = "https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html"
    tags = ("resources", "cloudwatch", "dashboard", "regions")
    items = ("S3.16",)

    def check(self, document: Document) -> Iterator[Problem]:
        """Widgets of type metric and log; metrics that name a region each will do."""
        for place, content in bodies(document):
            for widget in widgets(content):
                properties = widget["properties"]
                if widget.get("type") not in ("metric", "log") or properties.get("region") not in (None, ""):
                    continue
                options = [row[-1] for row in listed(widget) if row and isinstance(row[-1], dict)]
                if (
                    not options
                    or len(options) < len(listed(widget))
                    or not all(one.get("region") for one in options)
                ):
                    yield place.problem(f'set "region" of {title(widget)}, to ${{AWS::Region}} for example')
