"""I9506: a queue without a customer key."""

from __future__ import annotations

from collections.abc import Iterator

from generator.rules._document import Document, Problem
from generator.rules._rule import Rule
from generator.rules._values import ABSENT, truth


class QueueKey(Rule):
    """SQS encrypts by itself with a key that nobody can restrict."""

    id = "I9506"
    shortdesc = "Queue without a customer key"
    description = (
        "Who may receive may decrypt: there is no second line, no trail of uses and no way to share."
    )
    source_url = (
        "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-key-management.html"
    )
    tags = ("resources", "sqs", "kms")
    items = ("S3.10",)

    def check(self, document: Document) -> Iterator[Problem]:
        """Every such place."""
        for queue in document.resources("AWS::SQS::Queue"):
            place = queue.properties.wrong("KmsMasterKeyId", unless=lambda value: value not in (ABSENT, ""))
            off = queue.properties.some("SqsManagedSseEnabled", that=lambda value: truth(value) is False)
            if place and not off:
                yield place.problem("set KmsMasterKeyId to the ARN of a customer key")
