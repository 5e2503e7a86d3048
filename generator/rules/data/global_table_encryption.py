"""W9211: a global table without customer keys."""

from __future__ import annotations

from collections.abc import Iterator

from generator.rules._document import Document, Problem
from generator.rules._rule import Rule
from generator.rules._values import truth
from generator.rules.data._tables import GLOBAL, replicas


class GlobalTableEncryption(Rule):
    """The account decides who may read a replica's storage."""

    id = "W9211"
    shortdesc = "Global table that no customer key encrypts"
    description = (
        "Without SSESpecification and a key for each replica, keys of AWS's encrypt the data, which "
        "nobody can audit or withdraw."
    )
    source_url = "https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-dynamodb-globaltable.html"
    tags = ("resources", "dynamodb", "encryption")
    items = ("S3.1", "S3.10")

    def check(self, document: Document) -> Iterator[Problem]:
        """Replicas that lack a key others have are another rule's."""
        for table in document.resources(GLOBAL):
            place = table.properties.wrong(
                "SSESpecification", "SSEEnabled", unless=lambda value: truth(value) is True
            )
            keys = [one.outcomes("SSESpecification", "KMSMasterKeyId") for one in replicas(table)]
            if keys and all(len(found) == 1 and found[0].absent for found in keys):
                place = place or table.properties.raw("Replicas")
            elif keys:
                continue
            if place:
                yield place.problem(
                    "set SSESpecification to SSEEnabled true and SSEType KMS, and "
                    "SSESpecification.KMSMasterKeyId for each replica"
                )
