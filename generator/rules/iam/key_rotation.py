"""W9122: a key that is never rotated."""

from __future__ import annotations

from collections.abc import Iterator

from generator.rules._document import Document, Problem
from generator.rules._rule import Rule
from generator.rules._values import ABSENT, truth


class KeyRotation(Rule):
    """Rotation costs nothing and needs no change of anything else."""

    id = "W9122"
    shortdesc = "Customer key without rotation"
    description = "Everything is encrypted with the same key material for as long as the key exists."
    source_url = "https://docs.aws.amazon.com/kms/latest/developerguide/rotate-keys.html"
    tags = ("resources", "kms", "security")
    items = ("S3.10",)

    def check(self, document: Document) -> Iterator[Problem]:
        """Every such place."""
        for key in document.resources("AWS::KMS::Key"):
            one = key.properties
            spec = one.one("KeySpec").value
            usage = one.one("KeyUsage").value
            origin = one.one("Origin").value
            symmetric = spec in (ABSENT, "SYMMETRIC_DEFAULT") and usage in (ABSENT, "ENCRYPT_DECRYPT")
            place = one.wrong("EnableKeyRotation", unless=lambda value: truth(value) is True)
            if symmetric and origin in (ABSENT, "AWS_KMS") and place:
                yield place.problem("set EnableKeyRotation to true")
