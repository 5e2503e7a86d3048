"""W9012: a secret handed over in a variable."""

from __future__ import annotations

from collections.abc import Iterator

from generator.rules._document import Document, Problem
from generator.rules._rule import Rule
from generator.rules.template._secrets import brings_secret, visible


class SecretVariable(Rule):
    """A function reads its secrets itself, and is told only where they are."""

    id = "W9012"
    shortdesc = "Secret put into a variable at deployment"
    description = (
        "Whoever may describe the function or task reads the secret, and a rotation does not reach it."
    )
    source_url = "https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars-encryption.html"
    tags = ("secrets", "security")
    items = ("S1.8",)

    def check(self, document: Document) -> Iterator[Problem]:
        """Every such place."""
        for name, node in visible(document):
            if brings_secret(node):
                yield node.problem(f"give the secret's name or ARN in {name}, and read it at run time")
