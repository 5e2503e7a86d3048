"""W9234: a replica of a secret without a key."""

from __future__ import annotations

from collections.abc import Iterator

from generator.rules._document import Document, Problem
from generator.rules._rule import Rule
from generator.rules._values import ABSENT


class SecretReplicaKey(Rule):
    """Replicas are encrypted as their secret is."""

    id = "W9234"
    shortdesc = "Secret's replica without the customer key that the secret has"
    description = (
        "The replica falls back to aws/secretsmanager of its region: whoever may read secrets there may "
        "decrypt it."
    )
    source_url = "https://docs.aws.amazon.com/secretsmanager/latest/userguide/replicate-secrets.html"
    tags = ("resources", "secretsmanager", "encryption", "regions")
    items = ("S3.10", "S3.20")

    def check(self, document: Document) -> Iterator[Problem]:
        """Secrets that have a key of their own."""
        for secret in document.resources("AWS::SecretsManager::Secret"):
            if secret.properties.raw("KmsKeyId").absent:
                continue
            for replica in secret.properties.each("ReplicaRegions"):
                place = replica.wrong(
                    "KmsKeyId", unless=lambda value: value not in (ABSENT, "alias/aws/secretsmanager")
                )
                if place:
                    yield place.problem("set KmsKeyId of this replica to a key of its region")
