"""E9502: a queue or topic whose key its sender may not use."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from generator.rules._document import Document, Problem
from generator.rules._rule import Rule
from generator.rules.messaging._publishers import publishers


class ManagedKeyPublisher(Rule):
    """Nobody can change the policy of an AWS managed key."""

    id = "E9502"
    shortdesc = "AWS managed key on a queue or topic that a service sends to"
    description = (
        "The policy of alias/aws/sns and alias/aws/sqs does not let services in: alarms and events "
        "never arrive."
    )
    source_url = "https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html"
    tags = ("resources", "sns", "sqs", "kms")
    items = ("S3.10", "S4.4")

    def check(self, document: Document) -> Iterator[Problem]:
        """Every such place."""
        for target in document.resources("AWS::SNS::Topic", "AWS::SQS::Queue"):
            for place in target.properties.some("KmsMasterKeyId", that=_is_managed):
                senders = sorted({service for service, _, _ in publishers(document, target)})
                if senders:
                    yield place.problem(f"use a customer key whose policy lets {senders[0]}.amazonaws.com in")


def _is_managed(value: Any) -> bool:
    return isinstance(value, str) and value.endswith(("alias/aws/sns", "alias/aws/sqs"))
