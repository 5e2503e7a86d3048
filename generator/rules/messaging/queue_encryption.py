"""W9505: a queue in clear."""

from __future__ import annotations

from collections.abc import Iterator

from generator.rules._document import Document, Problem
from generator.rules._rule import Rule
from generator.rules._values import ABSENT, truth


class QueueEncryption(Rule):
    """Somebody switched off what is on by itself."""

    id = "W9505"
    shortdesc = "Queue whose encryption is switched off"
    description = "Messages are stored in clear until they are read."
    source_url = "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-server-side-encryption.html"
    tags = ("resources", "sqs", "security")
    items = ("S3.10",)

    def check(self, document: Document) -> Iterator[Problem]:
        """Every such place."""
        for queue in document.resources("AWS::SQS::Queue"):
            switched_off = queue.properties.some(
                "SqsManagedSseEnabled", that=lambda value: truth(value) is False
            )
            if switched_off and queue.properties.wrong(
                "KmsMasterKeyId", unless=lambda value: value not in (ABSENT, "")
            ):
                yield switched_off[0].problem(
                    "set KmsMasterKeyId to the ARN of a customer key, and leave this out"
                )
