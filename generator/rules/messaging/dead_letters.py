"""W9511: a queue that gives nothing up."""

from __future__ import annotations

from collections.abc import Iterator

from generator.rules._document import Document, Problem
from generator.rules._rule import Rule
from generator.rules._values import ABSENT
from generator.rules.messaging._queues import dead_letter_queues


class DeadLetters(Rule):
    """A message that cannot be handled goes out of the way, and is looked at."""

    id = "W9511"
    shortdesc = "Queue without a dead-letter queue"
    description = "A message that always fails is tried until it expires, and is then lost without a trace."
    source_url = "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html"
    tags = ("resources", "sqs")
    items = ("S3.18",)

    def check(self, document: Document) -> Iterator[Problem]:
        """Every such place."""
        ends = dead_letter_queues(document)
        for queue in document.resources("AWS::SQS::Queue"):
            place = queue.properties.wrong("RedrivePolicy", unless=lambda value: value is not ABSENT)
            if place and queue.id not in ends:
                yield place.problem(
                    "set RedrivePolicy with deadLetterTargetArn and a maxReceiveCount of 3 or more"
                )
