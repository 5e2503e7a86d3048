"""E9613: a metric that was meant to be another."""

from __future__ import annotations

from collections.abc import Iterator

from generator.rules._document import Document, Problem
from generator.rules._rule import Rule
from generator.rules._values import is_text
from generator.rules.monitoring._alarms import alarms, metrics
from generator.rules.monitoring._catalogue import NAMESPACES, near


class MetricName(Rule):
    """Metrics are spelt as the service spells them."""

    id = "E9613"
    shortdesc = "Misspelt metric"
    description = (
        "Nobody publishes a metric of this name: the alarm has no data, and with notBreaching says OK for"
        " ever."
    )
    source_url = (
        "https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/aws-services-cloudwatch-metrics.html"
    )
    tags = ("resources", "cloudwatch", "alarm", "metric")
    items = ("S4.4", "S3.19")

    def check(self, document: Document) -> Iterator[Problem]:
        """Names close to one of the service's, and metrics of filters of this template."""
        for alarm in alarms(document):
            for metric in metrics(alarm):
                known = NAMESPACES.get(metric.namespace)
                names = known.metrics if known else _of_filters(document, metric.namespace)
                meant = near(metric.name, names) if metric.name else ""
                if meant:
                    yield metric.place.one("MetricName").problem(
                        f"write {meant}: {metric.namespace} has no {metric.name}"
                    )


def _of_filters(document: Document, namespace: str) -> set[str]:
    """Metrics that the template's log filters make in a namespace."""
    found: set[str] = set()
    for one in document.resources("AWS::Logs::MetricFilter"):
        for made in one.properties.each("MetricTransformations"):
            name = made.one("MetricName").value
            if namespace and made.one("MetricNamespace").value == namespace and is_text(name):
                found.add(name)
    return found
