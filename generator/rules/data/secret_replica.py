"""E9233: a replica of a secret with a key of elsewhere."""

from __future__ import annotations

from collections.abc import Iterator

from generator.rules._document import Document, Problem
from generator.rules._rule import Rule
from generator.rules._values import is_text


class SecretReplica(Rule):
    """A replica's key is of the replica's region."""

    id = "E9233"
    shortdesc = "Secret's replica with a key of another region"
    description = (
        "A replica is encrypted in its own region: a key of another one does not exist there, and the "
        "replication fails."
    )
    source_url = "https://docs.aws.amazon.com/secretsmanager/latest/userguide/replicate-secrets.html"
    tags = ("resources", "secretsmanager", "encryption", "regions")
    items = ("S3.10", "S3.20")

    def check(self, document: Document) -> Iterator[Problem]:
        """ARNs that name a region."""
        for secret in document.resources("AWS::SecretsManager::Secret"):
            for replica in secret.properties.each("ReplicaRegions"):
                region, key = replica.one("Region").value, replica.one("KmsKeyId")
                parts = key.value.split(":") if isinstance(key.value, str) else []
                if is_text(region) and len(parts) > 5 and is_text(parts[3]) and parts[3] not in ("", region):
                    yield key.problem(f"name a key of {region}, the replica's region, not of {parts[3]}")
