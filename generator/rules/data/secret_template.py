"""E9227: a generated secret that Secrets Manager refuses."""

from __future__ import annotations

import json
from collections.abc import Iterator

from generator.rules._document import Document, Problem
from generator.rules._rule import Rule
from generator.rules._values import is_text

HALVES = ("GenerateStringKey", "SecretStringTemplate")


class SecretTemplate(Rule):
    """A generated secret has a key and a JSON template, or neither."""

    id = "E9227"
    shortdesc = "Generated secret whose template and key do not fit together"
    description = (
        "Secrets Manager needs GenerateStringKey and SecretStringTemplate together, and the template a "
        "JSON object."
    )
    source_url = "https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_GetRandomPassword.html"
    tags = ("resources", "secretsmanager")
    items = ()

    def check(self, document: Document) -> Iterator[Problem]:
        """Whichever half is missing, and templates that are no JSON objects."""
        for secret in document.resources("AWS::SecretsManager::Secret"):
            generate = secret.properties.one("GenerateSecretString")
            halves = {name: generate.one(name) for name in HALVES}
            if not isinstance(generate.value, dict) or not all(node.known for node in halves.values()):
                continue
            missing = [name for name in HALVES if halves[name].absent]
            if len(missing) == 1:
                yield generate.problem(f"set {missing[0]} too, or remove its other half")
            template = halves["SecretStringTemplate"]
            if is_text(template.value) and not _is_object(template.value):
                yield template.problem("write SecretStringTemplate as a JSON object")


def _is_object(text: str) -> bool:
    try:
        return isinstance(json.loads(text), dict)
    except ValueError:
        return False
