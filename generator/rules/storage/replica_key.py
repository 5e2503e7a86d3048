"""E9701: encrypted objects are to be replicated, and no key is named to encrypt the copies with."""

from __future__ import annotations

from collections.abc import Iterator

from generator.rules._document import Document, Problem
from generator.rules._rule import Rule
from generator.rules._values import ABSENT
from generator.rules.storage._replication import replication_rules


class ReplicaKey(Rule):
    """A key is of one region: copies need one of theirs."""

    id = "E9701"
    shortdesc = "Replication of encrypted objects without the destination's key"
    description = (
        "S3 encrypts a replica with a key of the destination's region. A rule that selects objects encrypted "
        "with KMS and names no such key is refused."
    )
    source_url = (
        "https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-config-for-kms-objects.html"
    )
    tags = ("resources", "s3", "replication", "encryption")
    items = ("S3.2", "S3.10")

    def check(self, document: Document) -> Iterator[Problem]:
        """Rules that select SSE-KMS objects."""
        for _, rule in replication_rules(document):
            selected = rule.one("SourceSelectionCriteria", "SseKmsEncryptedObjects", "Status").value
            key = rule.wrong(
                "Destination",
                "EncryptionConfiguration",
                "ReplicaKmsKeyID",
                unless=lambda value: value is not ABSENT,
            )
            if selected == "Enabled" and key:
                yield key.problem(
                    "name the destination's key in Destination.EncryptionConfiguration.ReplicaKmsKeyID"
                )
