"""W9513: a dead-letter queue that forgets before its source does."""

from __future__ import annotations

from collections.abc import Iterator

from generator.rules._document import Document, Problem, Resource
from generator.rules._links import meant
from generator.rules._rule import Rule
from generator.rules._values import number


class DeadLetterRetention(Rule):
    """A message keeps its age when it moves."""

    id = "W9513"
    shortdesc = "Dead-letter queue that keeps messages shorter than its source"
    description = (
        "The age counts from the first sending: messages may expire on arrival, before anybody has seen them."
    )
    source_url = "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html"
    tags = ("resources", "sqs")
    items = ("S3.18",)

    def check(self, document: Document) -> Iterator[Problem]:
        """Every such place."""
        for queue in document.resources("AWS::SQS::Queue"):
            end = meant(queue.properties.raw("RedrivePolicy", "deadLetterTargetArn"), "AWS::SQS::Queue")
            if end is None:
                continue
            kept, needed = _seconds(end), _seconds(queue)
            if kept is not None and needed is not None and kept < needed:
                yield end.properties.raw("MessageRetentionPeriod").problem(
                    "set MessageRetentionPeriod to 1209600, more than the source's"
                )


def _seconds(queue: Resource) -> float | None:
    """Four days where the template says nothing."""
    node = queue.properties.one("MessageRetentionPeriod")
    return 345600 if node.absent else number(node.value)
