"""I9503: a queue or topic with a key that is not one's own."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from generator.rules._document import Document, Problem
from generator.rules._rule import Rule
from generator.rules.messaging._publishers import publishers


class ManagedKey(Rule):
    """A managed key can be neither restricted nor shared."""

    id = "I9503"
    shortdesc = "AWS managed key on a queue or topic"
    description = "Services and other accounts cannot be let in, and nobody can be kept out."
    source_url = "https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html"
    tags = ("resources", "sns", "sqs", "kms", "security")
    items = ("S3.10",)

    def check(self, document: Document) -> Iterator[Problem]:
        """Every such place."""
        for target in document.resources("AWS::SNS::Topic", "AWS::SQS::Queue"):
            for place in target.properties.some("KmsMasterKeyId", that=_is_managed):
                if not list(publishers(document, target)):
                    yield place.problem("set KmsMasterKeyId to the ARN of a customer key")


def _is_managed(value: Any) -> bool:
    return isinstance(value, str) and value.endswith(("alias/aws/sns", "alias/aws/sqs"))
