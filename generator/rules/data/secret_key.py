"""W9226: a secret without a customer key."""

from __future__ import annotations

from collections.abc import Iterator

from generator.rules._document import Document, Problem
from generator.rules._rule import Rule
from generator.rules._values import ABSENT


class SecretKey(Rule):
    """A key policy stands before each secret."""

    id = "W9226"
    shortdesc = "Secret that no customer key encrypts"
    description = (
        "With aws/secretsmanager everybody in the account who may read the secret may decrypt it, and "
        "another account never can; a key of your own has a policy."
    )
    source_url = "https://docs.aws.amazon.com/secretsmanager/latest/userguide/security-encryption.html"
    tags = ("resources", "secretsmanager", "encryption")
    items = ("S3.10",)

    def check(self, document: Document) -> Iterator[Problem]:
        """Absent, or the key of AWS's."""
        for secret in document.resources("AWS::SecretsManager::Secret"):
            place = secret.properties.wrong(
                "KmsKeyId", unless=lambda value: value not in (ABSENT, "alias/aws/secretsmanager")
            )
            if place:
                yield place.problem("set KmsKeyId to a key of your own")
