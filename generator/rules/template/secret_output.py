"""E9030: a secret shown as an output."""

from __future__ import annotations

from collections.abc import Iterator

from generator.rules._document import Document, Problem, references
from generator.rules._rule import Rule
from generator.rules.template._secrets import brings_secret, hidden_parameters


class SecretOutput(Rule):
    """Outputs are read by whoever may describe the stack."""

    id = "E9030"
    shortdesc = "Secret in an output"
    description = (
        "The value stands in the console, in answers of the API and in every tool that reads outputs."
    )
    source_url = (
        "https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/outputs-section-structure.html"
    )
    tags = ("outputs", "secrets", "security")
    items = ("S1.8",)

    def check(self, document: Document) -> Iterator[Problem]:
        """Every such place."""
        hidden = hidden_parameters(document)
        for _, output in document.section("Outputs"):
            value = output.raw("Value")
            # cfn-lint's W4002 speaks of parameters with NoEcho.
            if not value.absent and brings_secret(value) and not references(value.value) & hidden:
                yield value.problem("give the secret's ARN, and let its readers ask Secrets Manager")
