"""I9230: a key that only has a number."""

from __future__ import annotations

from collections.abc import Iterator

from generator.rules._document import Document, Problem
from generator.rules._rule import Rule


class KeyAlias(Rule):
    """Keys have names."""

    id = "I9230"
    shortdesc = "Key without an alias"
    description = "In the console, in logs and on the bill a key without an alias is a number."
    source_url = "https://docs.aws.amazon.com/kms/latest/developerguide/kms-alias.html"
    tags = ("resources", "kms")
    items = ("S3.10",)

    def check(self, document: Document) -> Iterator[Problem]:
        """Keys that no alias of the template names, unless an alias's target is not certain."""
        named: set[str] = set()
        for alias in document.resources("AWS::KMS::Alias"):
            target = document.named(
                alias.properties.raw("TargetKeyId").value, "AWS::KMS::Key", "AWS::KMS::ReplicaKey"
            )
            if target is None:
                return
            named.add(target.id)
        for key in document.resources("AWS::KMS::Key", "AWS::KMS::ReplicaKey"):
            if key.id not in named:
                yield key.problem("add an AWS::KMS::Alias for this key")
