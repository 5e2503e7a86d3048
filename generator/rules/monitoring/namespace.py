"""E9614: a namespace that was meant to be another."""

from __future__ import annotations

from collections.abc import Iterator

from generator.rules._document import Document, Problem
from generator.rules._rule import Rule
from generator.rules.monitoring._alarms import alarms, metrics
from generator.rules.monitoring._catalogue import namespace


class MetricNamespace(Rule):
    """Namespaces are spelt as the service spells them."""

    id = "E9614"
    shortdesc = "Misspelt namespace"
    description = "Namespaces are case-sensitive: AWS/APIGateway and AWS/lambda are empty."
    source_url = (
        "https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/aws-services-cloudwatch-metrics.html"
    )
    tags = ("resources", "cloudwatch", "alarm", "metric")
    items = ("S4.4", "S3.19")

    def check(self, document: Document) -> Iterator[Problem]:
        """Namespaces that begin with AWS/, in any case."""
        for alarm in alarms(document):
            for metric in metrics(alarm):
                if metric.namespace.lower().startswith("aws/"):
                    meant = namespace(metric.namespace)
                    if meant:
                        yield metric.place.one("Namespace").problem(
                            f"write {meant}: there are no metrics in {metric.namespace}"
                        )
