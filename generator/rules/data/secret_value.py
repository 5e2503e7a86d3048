"""E9225: a secret that the template spells out."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from generator.rules._document import Document, Problem
from generator.rules._rule import Rule
from generator.rules._values import is_text

# What stands in for a value until somebody puts one, and names of members that hold one.
PLACEHOLDER = re.compile(
    r"\W*(?:|null|none|tbd|todo|x{3,}|<.*>|(?:change|dummy|empty|example|fill|insert|placeholder|replace|set|"
    r"todo|update|your).*)\W*",
    re.IGNORECASE | re.DOTALL,
)
MEMBER = re.compile(r"pass|pwd|secret|token|key|credential|private", re.IGNORECASE)


class SecretValue(Rule):
    """Secrets are generated or put in later."""

    id = "E9225"
    shortdesc = "Secret whose value stands in the template"
    description = (
        "The template is in version control and in CloudFormation's records, for everybody who may read a"
        " stack."
    )
    source_url = "https://docs.aws.amazon.com/secretsmanager/latest/userguide/best-practices.html"
    tags = ("resources", "secretsmanager", "secrets")
    items = ("S1.8", "S3.5")

    def check(self, document: Document) -> Iterator[Problem]:
        """Literal SecretString; a dynamic reference or a parameter is no literal."""
        for secret in document.resources("AWS::SecretsManager::Secret"):
            for value in secret.properties.some("SecretString", that=_spelt_out):
                yield value.problem(
                    "remove SecretString: use GenerateSecretString, or put the value with "
                    "PutSecretValue after the deployment"
                )


def _spelt_out(value: Any) -> bool:
    if not isinstance(value, str) or "{{resolve:" in value:
        return False
    try:
        found = json.loads(value)
    except ValueError:
        found = value
    if not isinstance(found, dict):
        return _is_value(value)
    return any(MEMBER.search(name) and _is_value(member) for name, member in found.items())


def _is_value(value: Any) -> bool:
    """Whether this is a value, whole, and no placeholder for one."""
    return is_text(str(value)) and PLACEHOLDER.fullmatch(str(value)) is None
