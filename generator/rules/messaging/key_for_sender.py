"""E9504: a queue or topic whose key keeps its sender out."""

from __future__ import annotations

from collections.abc import Iterator

from generator.rules._document import Document, Problem
from generator.rules._rule import Rule
from generator.rules.messaging._publishers import key_of, may_use, publishers


class KeyForSender(Rule):
    """Who sends to an encrypted queue or topic encrypts."""

    id = "E9504"
    shortdesc = "Key that keeps a service from sending to its queue or topic"
    description = (
        "The service may send but not encrypt, so its messages are refused: alarms and events never arrive."
    )
    source_url = "https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html"
    tags = ("resources", "sns", "sqs", "kms")
    items = ("S3.10", "S4.4")

    def check(self, document: Document) -> Iterator[Problem]:
        """Every such place."""
        for target in document.resources("AWS::SNS::Topic", "AWS::SQS::Queue"):
            key = key_of(target)
            if key is None:
                continue
            refused = {
                one: place
                for one, _, place in publishers(document, target)
                if not may_use(document, key, one)
            }
            for service in sorted(refused):
                place = key.properties.raw("KeyPolicy", "Statement")
                yield place.problem(
                    f"allow {service}.amazonaws.com kms:Decrypt and kms:GenerateDataKey* for {target.id}"
                )
