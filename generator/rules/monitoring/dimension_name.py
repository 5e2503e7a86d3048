"""E9611: a dimension that was meant to be another."""

from __future__ import annotations

from collections.abc import Iterator

from generator.rules._document import Document, Problem
from generator.rules._rule import Rule
from generator.rules._values import is_text
from generator.rules.monitoring._alarms import alarms, metrics
from generator.rules.monitoring._catalogue import NAMESPACES, near

NAMED = {
    "ApiName": ("AWS::ApiGateway::RestApi", "Name"),
    "FunctionName": ("AWS::Lambda::Function", "FunctionName"),
    "QueueName": ("AWS::SQS::Queue", "QueueName"),
    "TableName": ("AWS::DynamoDB::Table", "TableName"),
    "TopicName": ("AWS::SNS::Topic", "TopicName"),
}


class DimensionName(Rule):
    """Dimensions are spelt as the service spells them."""

    id = "E9611"
    shortdesc = "Misspelt dimension"
    description = (
        "Dimensions are case-sensitive: a name that is a letter off selects metrics that nobody publishes."
    )
    source_url = "https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch_concepts.html"
    tags = ("resources", "cloudwatch", "alarm", "dimension")
    items = ("S4.4",)

    def check(self, document: Document) -> Iterator[Problem]:
        """Names close to one of the service's, and values close to a name of a resource of this template."""
        for alarm in alarms(document):
            for metric in metrics(alarm):
                known = NAMESPACES.get(metric.namespace)
                for name, given in metric.dimensions() if known else ():
                    meant = near(str(name.value), known.dimensions) if known and is_text(name.value) else ""
                    if meant:
                        yield name.problem(f"write {meant}")
                    elif is_text(given.one().value) and str(name.value) in NAMED:
                        meant = _meant(document, given.one().value, *NAMED[str(name.value)])
                        if meant:
                            yield given.problem(f"write {meant}, as the resource is called")


def _meant(document: Document, text: str, kind: str, attribute: str) -> str:
    names = [one.properties.one(attribute).value for one in document.resources(kind)]
    if text in names or not all(is_text(one) for one in names):
        return ""
    return near(text, (str(one) for one in names))
