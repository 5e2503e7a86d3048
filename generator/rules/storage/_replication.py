"""Replication rules of buckets."""

from __future__ import annotations

from collections.abc import Iterator

from generator.rules._document import Document, Node, Resource


def replication_rules(document: Document) -> Iterator[tuple[Resource, Node]]:
    """Each enabled rule with its bucket."""
    for bucket in document.resources("AWS::S3::Bucket"):
        for rule in bucket.properties.each("ReplicationConfiguration", "Rules"):
            if isinstance(rule.value, dict) and rule.one("Status").value != "Disabled":
                yield bucket, rule
