"""W9016: a custom resource that is given a secret."""

from __future__ import annotations

from collections.abc import Iterator

from generator.rules._document import Document, Problem
from generator.rules._rule import Rule
from generator.rules.template._secrets import brings_secret, custom_properties


class CustomSecret(Rule):
    """Properties of custom resources travel and are logged in clear."""

    id = "W9016"
    shortdesc = "Custom resource that is given a secret"
    description = "The value stands in the event, in the function's logs, and in what the function answers."
    source_url = (
        "https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-custom-resources.html"
    )
    tags = ("secrets", "security")
    items = ("S1.8", "S3.5")

    def check(self, document: Document) -> Iterator[Problem]:
        """Every such place."""
        for name, node in custom_properties(document):
            if brings_secret(node):
                yield node.problem(
                    f"give the secret's name or ARN in {name}, and read it inside the function"
                )
