"""W9707: a bucket that a policy or an ACL could open to everybody."""

from __future__ import annotations

from collections.abc import Iterator

from generator.rules._document import Document, Problem
from generator.rules._rule import Rule
from generator.rules._values import truth

BLOCKS = ("BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets")


class BucketPublicAccess(Rule):
    """Blocks in the template hold even where the account's default is changed."""

    id = "W9707"
    shortdesc = "Bucket without all four public access blocks"
    description = "What is not blocked here, one later statement or ACL can open to everybody."
    source_url = (
        "https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html"
    )
    tags = ("resources", "s3", "security")

    def check(self, document: Document) -> Iterator[Problem]:
        """One finding a bucket that names what is missing."""
        for bucket in document.resources("AWS::S3::Bucket"):
            places = {
                block: place
                for block in BLOCKS
                if (
                    place := bucket.properties.wrong(
                        "PublicAccessBlockConfiguration", block, unless=lambda value: truth(value) is True
                    )
                )
            }
            if places:
                first = next(iter(places.values()))
                yield first.problem(f"set {', '.join(places)} of PublicAccessBlockConfiguration to true")
