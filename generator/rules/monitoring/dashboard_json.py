"""E9633: a dashboard that CloudWatch refuses."""

from __future__ import annotations

from collections.abc import Iterator

from generator.rules._document import Document, Problem
from generator.rules._rule import Rule
from generator.rules.monitoring._dashboards import bodies, is_open


class DashboardJson(Rule):
    """A dashboard's body is JSON with widgets."""

    id = "E9633"
    shortdesc = "Dashboard whose body is no JSON object with widgets"
    description = "CloudWatch refuses a body that it cannot read, and one without widgets shows nothing."
    source_url = "https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html"
    tags = ("resources", "cloudwatch", "dashboard")
    items = ("S3.16",)

    def check(self, document: Document) -> Iterator[Problem]:
        """Texts that are certain; a part that only a deployment knows may stand anywhere in them."""
        for place, content in bodies(document):
            found = content.get("widgets") if isinstance(content, dict) else None
            if found is None and is_open(place.value):
                continue
            if not isinstance(found, list):
                yield place.problem('write the body as JSON: {"widgets": […]}')
            elif not all(isinstance(one, dict) and isinstance(one.get("type"), str) for one in found):
                yield place.problem("give each widget a type and properties")
