"""W9509: a queue or topic that a service may send to for anybody."""

from __future__ import annotations

from collections.abc import Iterator

from generator.rules._document import Document, Problem
from generator.rules._links import POLICIES
from generator.rules._rule import Rule
from generator.rules._statements import SOURCE_KEYS, statements

# They send aws:SourceArn and aws:SourceAccount with every request.
SENDERS = frozenset({"cloudwatch", "events", "s3", "ses", "sns"})
BUCKET_SENDERS = frozenset({"cloudfront", "config", "delivery", "logging", "s3", "ses"})


class ServiceSource(Rule):
    """A service acts for all its customers; the condition says for which one."""

    id = "W9509"
    shortdesc = "Queue, topic or bucket policy for a service without source"
    description = "Anybody's topic, bucket, rule, alarm or distribution can send or read through the service."
    source_url = "https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html"
    tags = ("resources", "sqs", "sns", "s3", "security")
    items = ("S1.7",)

    def check(self, document: Document) -> Iterator[Problem]:
        """Every such place."""
        for statement in statements(document, "resource"):
            if (
                statement.resource.type not in POLICIES
                or not statement.allows
                or statement.narrowed(SOURCE_KEYS)
            ):
                continue
            bucket = statement.resource.type == "AWS::S3::BucketPolicy"
            senders = BUCKET_SENDERS if bucket else SENDERS
            for kind, node in statement.principals():
                if (
                    kind == "Service"
                    and isinstance(node.value, str)
                    and node.value.partition(".")[0] in senders
                ):
                    yield node.problem(
                        "add a Condition ArnLike aws:SourceArn with what sends or reads, or aws:SourceAccount"
                    )
                    break
