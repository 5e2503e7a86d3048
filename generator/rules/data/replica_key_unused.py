"""E9213: replica keys though the table's encryption is off."""

from __future__ import annotations

from collections.abc import Iterator

from generator.rules._document import Document, Problem
from generator.rules._rule import Rule
from generator.rules._values import ABSENT, truth
from generator.rules.data._tables import GLOBAL, replicas


class ReplicaKeyUnused(Rule):
    """Replica keys need the table's switch."""

    id = "E9213"
    shortdesc = "Replica's key without encryption switched on for the table"
    description = (
        "A replica may name a key only where the table's own SSESpecification has SSEEnabled true and "
        "SSEType KMS."
    )
    source_url = "https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-dynamodb-globaltable-replicassespecification.html"
    tags = ("resources", "dynamodb", "encryption")
    items = ("S3.1",)

    def check(self, document: Document) -> Iterator[Problem]:
        """Absent, false and AES256 alike."""
        for table in document.resources(GLOBAL):
            keyed = any(
                not node.absent
                for one in replicas(table)
                for node in one.outcomes("SSESpecification", "KMSMasterKeyId")
            )
            if keyed:
                place = table.properties.wrong(
                    "SSESpecification", "SSEEnabled", unless=lambda value: truth(value) is True
                ) or table.properties.wrong(
                    "SSESpecification", "SSEType", unless=lambda value: value in (ABSENT, "KMS")
                )
                if place:
                    yield place.problem(
                        "set SSESpecification of the table to SSEEnabled true and SSEType KMS, or"
                        " remove the replicas' keys"
                    )
