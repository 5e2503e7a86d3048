"""W9501: a topic in clear."""

from __future__ import annotations

from collections.abc import Iterator

from generator.rules._document import Document, Problem
from generator.rules._rule import Rule
from generator.rules._values import ABSENT


class TopicEncryption(Rule):
    """Messages rest on disks until they are delivered."""

    id = "W9501"
    shortdesc = "Topic that is not encrypted"
    description = "Messages, with what they tell of customers and failures, are stored in clear."
    source_url = "https://docs.aws.amazon.com/sns/latest/dg/sns-server-side-encryption.html"
    tags = ("resources", "sns", "security")
    items = ("S3.10",)

    def check(self, document: Document) -> Iterator[Problem]:
        """Every such place."""
        for topic in document.resources("AWS::SNS::Topic"):
            place = topic.properties.wrong("KmsMasterKeyId", unless=lambda value: value not in (ABSENT, ""))
            if place:
                yield place.problem("set KmsMasterKeyId to the ARN of a customer key")
