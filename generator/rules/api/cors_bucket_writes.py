"""E9404: a bucket that any website may write to from a browser."""

from __future__ import annotations

from collections.abc import Iterator

from generator.rules._document import Document, Problem
from generator.rules._rule import Rule


class CorsBucketWrites(Rule):
    """Uploads come from one's own pages."""

    id = "E9404"
    shortdesc = "Bucket that lets pages of every origin change objects"
    description = (
        "Any website can use a signed URL or a user's credentials to write and delete objects from "
        "the browser."
    )
    source_url = "https://docs.aws.amazon.com/AmazonS3/latest/userguide/cors.html"
    tags = ("resources", "s3", "cors", "security")
    items = ("S0.2",)

    def check(self, document: Document) -> Iterator[Problem]:
        """Every such place."""
        for bucket in document.resources("AWS::S3::Bucket"):
            for rule in bucket.properties.each("CorsConfiguration", "CorsRules"):
                if any(one.value in ("PUT", "POST", "DELETE") for one in rule.each("AllowedMethods")):
                    for origin in rule.each("AllowedOrigins"):
                        if origin.value in ("*", "http://*", "https://*"):
                            yield origin.problem(
                                f"write the origins, such as https://example.com, instead of '{origin.value}'"
                            )
