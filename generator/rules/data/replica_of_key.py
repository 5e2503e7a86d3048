"""E9231: a replica key beside its primary, or of a key of one region."""

from __future__ import annotations

from collections.abc import Iterator

from generator.rules._document import Document, Problem
from generator.rules._rule import Rule
from generator.rules._values import is_text


class ReplicaOfKey(Rule):
    """Replica keys are elsewhere than their primary."""

    id = "E9231"
    shortdesc = "Replica key whose primary cannot be replicated there"
    description = (
        "A replica key is in another region than its primary, and the primary is a multi-Region key, "
        "whose id begins with mrk-."
    )
    source_url = "https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-kms-replicakey.html"
    tags = ("resources", "kms", "regions")
    items = ("S3.10",)

    def check(self, document: Document) -> Iterator[Problem]:
        """Keys of the same template, and literal ARNs."""
        for replica in document.resources("AWS::KMS::ReplicaKey"):
            written = replica.properties.raw("PrimaryKeyArn")
            if document.named(written.value, "AWS::KMS::Key", "AWS::KMS::ReplicaKey") is not None:
                yield written.problem(
                    "name a primary key of another region: a stack, and so this template, is of one region"
                )
                continue
            for primary in replica.properties.outcomes("PrimaryKeyArn"):
                parts = primary.value.split(":") if isinstance(primary.value, str) else []
                if len(parts) == 6 and is_text(parts[5]) and not parts[5].startswith("key/mrk-"):
                    yield primary.problem("name a multi-Region primary key, an ARN that ends in key/mrk-…")
                elif len(parts) == 6 and parts[3] and parts[3] == document.gen.get("Region"):
                    yield primary.problem(
                        f"name a primary key of another region than {parts[3]}, the stack's own"
                    )
