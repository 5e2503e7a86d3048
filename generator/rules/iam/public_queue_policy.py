"""E9126: a queue that everybody may use."""

from __future__ import annotations

from collections.abc import Iterator

from generator.rules._document import Document, Problem
from generator.rules._rule import Rule
from generator.rules.iam._public import public


class PublicQueuePolicy(Rule):
    """A queue's policy names who sends and who receives."""

    id = "E9126"
    shortdesc = "Queue policy that lets everybody in"
    description = (
        "With principal * and no condition on the caller anybody can send messages, read or delete them."
    )
    source_url = "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-security-best-practices.html"
    tags = ("resources", "sqs", "security", "public")
    items = ("S1.7",)

    def check(self, document: Document) -> Iterator[Problem]:
        """Every such place."""
        for _, place in public(document, "AWS::SQS::QueuePolicy", "AWS::SQS::QueueInlinePolicy"):
            yield place.problem(
                "name the service, and add a Condition ArnEquals aws:SourceArn with what sends"
            )
