"""W9636: a dashboard of one region."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from generator.rules._document import Document, Problem
from generator.rules._rule import Rule
from generator.rules.data._tables import GLOBAL, region, replicas
from generator.rules.monitoring._dashboards import bodies, listed, widgets

REGION = re.compile(r"\b(?:us|eu|ap|ca|sa|me|af|il|mx)-(?:[a-z]+-)+\d\b")


class DashboardBothRegions(Rule):
    """A dashboard shows every region of the system."""

    id = "W9636"
    shortdesc = "Dashboard that shows one region of two"
    description = "The system runs in several regions: when one fails, the question is how the other is."
    source_url = (
        "https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch_xaxr_dashboard.html"
    )
    tags = ("resources", "cloudwatch", "dashboard", "regions")
    items = ("S3.16",)

    def check(self, document: Document) -> Iterator[Problem]:
        """Templates that show that their system is in several regions."""
        regions = _regions(document)
        if len(regions) < 2:
            return
        for place, content in bodies(document):
            shown = {one for widget in widgets(content) for one in _shown(widget)}
            missing = sorted(regions - shown)
            if len(shown) == 1 and missing:
                yield place.problem(f"add widgets of {' and '.join(missing)}: all show one region")


def _regions(document: Document) -> set[str]:
    """Regions of global tables' replicas, of stacks that gen deploys before, and of health checks' hosts."""
    found = {region(one) for table in document.resources(GLOBAL) for one in replicas(table)}
    before = document.gen.get("After")
    stacks = before if isinstance(before, list) else []
    found |= {one.partition("/")[0] for one in stacks if isinstance(one, str)}
    for check in document.resources("AWS::Route53::HealthCheck"):
        host = check.properties.one("HealthCheckConfig", "FullyQualifiedDomainName").value
        found |= set(REGION.findall(host)) if isinstance(host, str) else set()
    return found - {""}


def _shown(widget: dict[str, Any]) -> set[str]:
    """Regions that a widget shows, one that only a deployment knows among them."""
    options = [row[-1].get("region") for row in listed(widget) if row and isinstance(row[-1], dict)]
    found = [widget["properties"].get("region"), *options]
    return {one for one in found if isinstance(one, str) and one}
