"""I9712: unfinished uploads are kept, and paid for, for ever."""

from __future__ import annotations

from collections.abc import Iterator

from generator.rules._document import Document, Problem
from generator.rules._rule import Rule
from generator.rules._values import UNKNOWN


class BucketUploads(Rule):
    """The parts of an upload that was never finished are in no listing."""

    id = "I9712"
    shortdesc = "Bucket lifecycle that keeps unfinished uploads"
    description = "Parts of multipart uploads that were never completed cost money and appear in no listing."
    source_url = (
        "https://docs.aws.amazon.com/AmazonS3/latest/userguide/mpu-abort-incomplete-mpu-lifecycle-config.html"
    )
    tags = ("resources", "s3", "cost")

    def check(self, document: Document) -> Iterator[Problem]:
        """Buckets with a lifecycle that has no such rule."""
        for bucket in document.resources("AWS::S3::Bucket"):
            rules = bucket.properties.each("LifecycleConfiguration", "Rules")
            ends = [rule.one("AbortIncompleteMultipartUpload") for rule in rules]
            if ends and all(end.absent for end in ends) and all(rule.value is not UNKNOWN for rule in rules):
                place = bucket.properties.raw("LifecycleConfiguration", "Rules")
                yield place.problem("add a rule with AbortIncompleteMultipartUpload.DaysAfterInitiation")
