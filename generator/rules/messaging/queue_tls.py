"""W9507: a queue that takes messages without TLS."""

from __future__ import annotations

from collections.abc import Iterator

from generator.rules._document import Document, Problem
from generator.rules._rule import Rule
from generator.rules.messaging._queues import without_tls


class QueueTls(Rule):
    """What may go in clear will, sooner or later."""

    id = "W9507"
    shortdesc = "Queue policy that does not deny requests without TLS"
    description = "Without a Deny on aws:SecureTransport false, messages may cross a network in clear."
    source_url = "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-security-best-practices.html"
    tags = ("resources", "sqs", "security")

    def check(self, document: Document) -> Iterator[Problem]:
        """Every such place."""
        for place in without_tls(document, "AWS::SQS::Queue", "AWS::SQS::QueuePolicy"):
            yield place.problem("add a Deny of sqs:* for '*' with Condition Bool aws:SecureTransport 'false'")
