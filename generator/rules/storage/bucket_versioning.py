"""W9709: a bucket without versioning."""

from __future__ import annotations

from typing import Any

from generator.rules._document import Resource
from generator.rules._property import PropertyRule


class BucketVersioning(PropertyRule):
    """What is overwritten or deleted can be brought back."""

    id = "W9709"
    shortdesc = "Bucket without versioning"
    description = "An overwritten or deleted object is gone, by mistake as well as on purpose."
    source_url = "https://docs.aws.amazon.com/AmazonS3/latest/userguide/Versioning.html"
    tags = ("resources", "s3", "recovery")
    types = ("AWS::S3::Bucket",)
    steps = ("VersioningConfiguration", "Status")
    advice = "set VersioningConfiguration.Status to Enabled"

    def concerns(self, resource: Resource) -> bool:
        """Not a bucket that replicates, which is an error without versioning."""
        return resource.properties.one("ReplicationConfiguration").absent

    def right(self, value: Any) -> bool:
        """Enabled."""
        return bool(value == "Enabled")
