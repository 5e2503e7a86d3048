"""I9228: a generated user and password without rotation."""

from __future__ import annotations

import re
from collections.abc import Iterator

from generator.rules._document import Document, Problem
from generator.rules._rule import Rule

USER = re.compile(r"\"user(name)?\"", re.IGNORECASE)


class SecretRotation(Rule):
    """Credentials change by themselves."""

    id = "I9228"
    shortdesc = "Credentials that nothing rotates"
    description = "A user name and password that never change are as good to whoever copied them a year ago."
    source_url = "https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotating-secrets.html"
    tags = ("resources", "secretsmanager", "rotation")
    items = ("S3.5",)

    def check(self, document: Document) -> Iterator[Problem]:
        """Generated secrets with a user name, or attached to a database; a single random key is none."""
        rotated = _named(document, "AWS::SecretsManager::RotationSchedule")
        attached = _named(document, "AWS::SecretsManager::SecretTargetAttachment")
        for secret in document.resources("AWS::SecretsManager::Secret"):
            template = secret.properties.one("GenerateSecretString", "SecretStringTemplate").value
            credentials = secret.id in attached or (isinstance(template, str) and USER.search(template))
            if credentials and secret.id not in rotated:
                yield secret.problem("add an AWS::SecretsManager::RotationSchedule for this secret")


def _named(document: Document, kind: str) -> set[str]:
    """Ids of the secrets that resources of this type name, an attachment standing for its secret."""
    ids: set[str] = set()
    for resource in document.resources(kind):
        ids |= document.reaches(resource.id)
    return ids
