"""E9516: a FIFO queue on a standard topic."""

from __future__ import annotations

from collections.abc import Iterator

from generator.rules._document import Document, Problem
from generator.rules._links import meant
from generator.rules._rule import Rule
from generator.rules._values import truth


class FifoSubscription(Rule):
    """Order that was never there cannot be kept."""

    id = "E9516"
    shortdesc = "FIFO queue that subscribes to a standard topic"
    description = "SNS refuses the subscription: a FIFO queue takes messages from FIFO topics alone."
    source_url = "https://docs.aws.amazon.com/sns/latest/dg/sns-fifo-topics.html"
    tags = ("resources", "sns", "sqs")

    def check(self, document: Document) -> Iterator[Problem]:
        """Every such place."""
        for subscription in document.resources("AWS::SNS::Subscription"):
            queue = meant(subscription.properties.raw("Endpoint"), "AWS::SQS::Queue")
            topic = meant(subscription.properties.raw("TopicArn"), "AWS::SNS::Topic")
            if queue is None or topic is None:
                continue
            ordered = truth(queue.properties.one("FifoQueue").value) is True
            if ordered and topic.properties.wrong("FifoTopic", unless=lambda value: truth(value) is True):
                place = subscription.properties.raw("Endpoint")
                yield place.problem(f"set FifoTopic of {topic.id} to true, or subscribe a standard queue")
