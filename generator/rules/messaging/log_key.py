"""I9523: a log group without a customer key."""

from __future__ import annotations

from collections.abc import Iterator

from generator.rules._document import Document, Problem
from generator.rules._rule import Rule
from generator.rules._values import ABSENT


class LogKey(Rule):
    """CloudWatch encrypts with a key that nobody can restrict."""

    id = "I9523"
    shortdesc = "Log group without a customer key"
    description = "Who may read the group may decrypt it, and no trail tells of it."
    source_url = "https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html"
    tags = ("resources", "logs", "kms")
    items = ("S3.10",)

    def check(self, document: Document) -> Iterator[Problem]:
        """Every such place."""
        for group in document.resources("AWS::Logs::LogGroup"):
            place = group.properties.wrong("KmsKeyId", unless=lambda value: value not in (ABSENT, ""))
            if place:
                yield place.problem("set KmsKeyId to the ARN of a customer key whose policy lets logs in")
