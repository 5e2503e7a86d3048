"""E9702: a bucket encrypts with KMS, and its replication leaves encrypted objects out."""

from __future__ import annotations

from collections.abc import Iterator

from generator.rules._document import Document, Problem, Resource
from generator.rules._rule import Rule
from generator.rules.storage._replication import replication_rules


class ReplicatedEncryption(Rule):
    """Objects encrypted with KMS are replicated only where the rule says so."""

    id = "E9702"
    shortdesc = "Replication that leaves the bucket's encrypted objects out"
    description = (
        "S3 does not replicate objects that are encrypted with KMS unless SourceSelectionCriteria selects "
        "them: every object of a bucket with that default encryption silently stays in one region."
    )
    source_url = (
        "https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-config-for-kms-objects.html"
    )
    tags = ("resources", "s3", "replication", "encryption")
    items = ("S3.2",)

    def check(self, document: Document) -> Iterator[Problem]:
        """Rules of buckets whose default encryption is KMS."""
        for bucket, rule in replication_rules(document):
            place = rule.wrong(
                "SourceSelectionCriteria",
                "SseKmsEncryptedObjects",
                "Status",
                unless=lambda value: value == "Enabled",
            )
            if place and _encrypts_with_kms(bucket):
                yield place.problem("set SourceSelectionCriteria.SseKmsEncryptedObjects.Status to Enabled")


def _encrypts_with_kms(bucket: Resource) -> bool:
    rules = bucket.properties.each("BucketEncryption", "ServerSideEncryptionConfiguration")
    algorithms = [rule.one("ServerSideEncryptionByDefault", "SSEAlgorithm").value for rule in rules]
    return any(value in ("aws:kms", "aws:kms:dsse") for value in algorithms)
