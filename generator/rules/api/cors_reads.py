"""W9405: stored files that any website may read."""

from __future__ import annotations

from collections.abc import Iterator

from generator.rules._document import Document, Problem
from generator.rules._rule import Rule
from generator.rules.api._origins import origins


class CorsReads(Rule):
    """Right for public files such as fonts, wrong for others."""

    id = "W9405"
    shortdesc = "Files that every origin may read from a browser"
    description = (
        "Public assets may want this; for anything else any website can read the files with a user's "
        "credentials."
    )
    source_url = "https://docs.aws.amazon.com/AmazonS3/latest/userguide/cors.html"
    tags = ("resources", "s3", "cloudfront", "cors", "security")
    items = ("S0.2",)

    def check(self, document: Document) -> Iterator[Problem]:
        """Every such place."""
        for origin in origins(document, "cdn"):
            if origin.text == "*":
                yield origin.node.problem("write the origins, such as https://example.com, instead of '*'")
        for bucket in document.resources("AWS::S3::Bucket"):
            for rule in bucket.properties.each("CorsConfiguration", "CorsRules"):
                methods = {str(one.value) for one in rule.each("AllowedMethods")}
                if methods and methods <= {"GET", "HEAD"}:
                    for place in rule.each("AllowedOrigins"):
                        if place.value in ("*", "http://*", "https://*"):
                            yield place.problem(
                                "write the origins, such as https://example.com, instead of '*'"
                            )
