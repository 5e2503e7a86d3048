"""E9536: a rule on the events of a bucket that sends none."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from generator.rules._document import Document, Problem
from generator.rules._links import meant
from generator.rules._rule import Rule
from generator.rules._values import ABSENT, truth


class BucketEvents(Rule):
    """A bucket sends events to EventBridge when it is told to."""

    id = "E9536"
    shortdesc = "Rule on the events of a bucket that sends none"
    description = "The rule never fires: the bucket's notifications to EventBridge are off."
    source_url = "https://docs.aws.amazon.com/AmazonS3/latest/userguide/EventBridge.html"
    tags = ("resources", "events", "s3")

    def check(self, document: Document) -> Iterator[Problem]:
        """Every such place."""
        for rule in document.resources("AWS::Events::Rule"):
            if [one.value for one in rule.properties.each("EventPattern", "source")] != ["aws.s3"]:
                continue
            if any(
                "API Call" in str(one.value) for one in rule.properties.each("EventPattern", "detail-type")
            ):
                continue
            for node in rule.properties.each("EventPattern", "detail", "bucket", "name"):
                bucket = meant(node, "AWS::S3::Bucket")
                steps = ("NotificationConfiguration", "EventBridgeConfiguration")
                if bucket and bucket.properties.wrong(*steps, unless=_is_on):
                    yield node.problem(
                        f"set EventBridgeEnabled of {bucket.id}'s EventBridgeConfiguration to true"
                    )


def _is_on(value: Any) -> bool:
    """An empty configuration switches it on too."""
    return value is not ABSENT and not (
        isinstance(value, dict) and truth(value.get("EventBridgeEnabled")) is False
    )
