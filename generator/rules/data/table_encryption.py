"""W9210: a table without a customer key."""

from __future__ import annotations

from collections.abc import Iterator

from generator.rules._document import Document, Problem
from generator.rules._rule import Rule
from generator.rules._values import ABSENT, truth
from generator.rules.data._tables import TABLE


class TableEncryption(Rule):
    """The account decides who may read a table's storage."""

    id = "W9210"
    shortdesc = "Table that no customer key encrypts"
    description = (
        "With a key that AWS owns nobody can see or withdraw its use; with the account's own, CloudTrail "
        "records each use and a policy limits it."
    )
    source_url = "https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/EncryptionAtRest.html"
    tags = ("resources", "dynamodb", "encryption")
    items = ("S3.10",)

    def check(self, document: Document) -> Iterator[Problem]:
        """A missing key means a key of AWS's, though SSEEnabled is true."""
        for table in document.resources(TABLE):
            specification = table.properties.wrong(
                "SSESpecification", "SSEEnabled", unless=lambda value: truth(value) is True
            )
            place = specification or table.properties.wrong(
                "SSESpecification",
                "KMSMasterKeyId",
                unless=lambda value: value not in (ABSENT, "alias/aws/dynamodb"),
            )
            if place:
                yield place.problem(
                    "set SSESpecification to SSEEnabled true, SSEType KMS and KMSMasterKeyId of a"
                    " key of your own"
                )
