"""E9711: a bucket whose canned ACL opens it to everybody."""

from __future__ import annotations

from collections.abc import Iterator

from generator.rules._document import Document, Problem
from generator.rules._rule import Rule

OPEN = ("AuthenticatedRead", "PublicRead", "PublicReadWrite")


class BucketAcl(Rule):
    """AuthenticatedRead means anybody with any AWS account."""

    id = "E9711"
    shortdesc = "Bucket with a public ACL"
    description = (
        "Everybody on the Internet, or everybody with an AWS account, may list what is in the bucket."
    )
    source_url = "https://docs.aws.amazon.com/AmazonS3/latest/userguide/acl-overview.html"
    tags = ("resources", "s3", "security")

    def check(self, document: Document) -> Iterator[Problem]:
        """Any branch that is public counts."""
        for bucket in document.resources("AWS::S3::Bucket"):
            for place in bucket.properties.some("AccessControl", that=lambda value: value in OPEN):
                yield place.problem(
                    f"remove AccessControl {place.value}; name the readers in a bucket policy"
                )
