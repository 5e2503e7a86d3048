"""W9708: a bucket that is not encrypted with a key of one's own."""

from __future__ import annotations

from collections.abc import Iterator

from generator.rules._document import Document, Problem
from generator.rules._rule import Rule
from generator.rules._values import ABSENT, UNKNOWN


class BucketEncryption(Rule):
    """A customer key says who may read, and logs who did."""

    id = "W9708"
    shortdesc = "Bucket not encrypted with a customer key"
    description = (
        "With S3's own keys everybody who may get an object may read it. A customer key adds a policy and a "
        "trail of its own. Replicas and cross-account readers need one."
    )
    source_url = "https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html"
    tags = ("resources", "s3", "encryption")
    items = ("S3.10",)

    def check(self, document: Document) -> Iterator[Problem]:
        """Buckets whose default encryption is certain, and is not KMS with a key."""
        for bucket in document.resources("AWS::S3::Bucket"):
            steps = ("BucketEncryption", "ServerSideEncryptionConfiguration")
            listed = bucket.properties.one(*steps)
            if listed.value is UNKNOWN:
                continue
            key = None
            for rule in bucket.properties.each(*steps):
                key = rule.one("ServerSideEncryptionByDefault", "KMSMasterKeyID")
            if listed.value is ABSENT or (key is not None and key.absent):
                place = listed if key is None else key
                yield place.problem(
                    "set BucketEncryption with SSEAlgorithm aws:kms and a KMSMasterKeyID of your own"
                )
