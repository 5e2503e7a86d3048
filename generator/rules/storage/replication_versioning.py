"""E9705: replication from a bucket without versioning."""

from __future__ import annotations

from collections.abc import Iterator

from generator.rules._document import Document, Problem
from generator.rules._rule import Rule
from generator.rules._values import ABSENT


class ReplicationVersioning(Rule):
    """S3 replicates versions."""

    id = "E9705"
    shortdesc = "Replication from or to a bucket without versioning"
    description = "S3 refuses a replication configuration unless versioning is on in both buckets."
    source_url = "https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-requirements.html"
    tags = ("resources", "s3", "replication")
    items = ("S3.2",)

    def check(self, document: Document) -> Iterator[Problem]:
        """Source buckets, and destinations of the same template."""
        blamed: set[str] = set()
        for bucket in document.resources("AWS::S3::Bucket"):
            configuration = bucket.properties.one("ReplicationConfiguration")
            if configuration.value is ABSENT or not isinstance(configuration.value, dict):
                continue
            targets = [
                document.named(rule.raw("Destination", "Bucket").value, "AWS::S3::Bucket")
                for rule in configuration.each("Rules")
            ]
            for one in (bucket, *targets):
                place = one and one.properties.wrong(
                    "VersioningConfiguration", "Status", unless=lambda value: value == "Enabled"
                )
                if one and place and one.id not in blamed:
                    blamed.add(one.id)
                    yield place.problem("set VersioningConfiguration.Status to Enabled")
