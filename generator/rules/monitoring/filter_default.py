"""E9639: a default of a metric with dimensions."""

from __future__ import annotations

from collections.abc import Iterator

from generator.rules._document import Document, Problem
from generator.rules._rule import Rule
from generator.rules._values import ABSENT, UNKNOWN


class FilterDefault(Rule):
    """A log metric has a default or dimensions."""

    id = "E9639"
    shortdesc = "Log metric with both a default value and dimensions"
    description = "CloudWatch Logs refuses a default for a metric with dimensions: it could not know which."
    source_url = "https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-logs-metricfilter-metrictransformation.html"
    tags = ("resources", "logs", "filter")
    items = ("S4.4",)

    def check(self, document: Document) -> Iterator[Problem]:
        """Transformations that have both for certain."""
        for one in document.resources("AWS::Logs::MetricFilter"):
            for made in one.properties.each("MetricTransformations"):
                default, dimensions = made.one("DefaultValue"), made.one("Dimensions").value
                if default.known and not default.absent and dimensions not in (ABSENT, UNKNOWN, []):
                    yield default.problem("remove DefaultValue, or Dimensions: there cannot be both")
