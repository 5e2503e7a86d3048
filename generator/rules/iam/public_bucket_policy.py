"""E9124: a bucket that everybody may use."""

from __future__ import annotations

from collections.abc import Iterator

from generator.rules._document import Document, Problem
from generator.rules._rule import Rule
from generator.rules.iam._public import is_website, public


class PublicBucketPolicy(Rule):
    """A bucket's policy names its readers."""

    id = "E9124"
    shortdesc = "Bucket policy that lets everybody in"
    description = "With principal * and no condition on the caller the objects belong to the whole world."
    source_url = (
        "https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html"
    )
    tags = ("resources", "s3", "security", "public")
    items = ("S1.7",)

    def check(self, document: Document) -> Iterator[Problem]:
        """Every such place."""
        for statement, place in public(document, "AWS::S3::BucketPolicy", "AWS::S3::AccessPoint"):
            if not is_website(statement):
                yield place.problem(
                    "name the accounts, roles or services instead of '*', or add aws:PrincipalOrgID"
                )
