"""W9129: a bucket that is a public website."""

from __future__ import annotations

from collections.abc import Iterator

from generator.rules._document import Document, Problem
from generator.rules._rule import Rule
from generator.rules.iam._public import is_website, public


class PublicWebsite(Rule):
    """CloudFront serves a bucket that nobody else can read, and over TLS."""

    id = "W9129"
    shortdesc = "Bucket that is a public website"
    description = (
        "A website endpoint has no TLS, no protection from floods, and needs the public access blocks off."
    )
    source_url = "https://docs.aws.amazon.com/AmazonS3/latest/userguide/WebsiteHosting.html"
    tags = ("resources", "s3", "security", "public")

    def check(self, document: Document) -> Iterator[Problem]:
        """Every such place."""
        for statement, place in public(document, "AWS::S3::BucketPolicy"):
            if is_website(statement):
                yield place.problem(
                    "allow cloudfront.amazonaws.com with aws:SourceArn, and serve it through CloudFront"
                )
