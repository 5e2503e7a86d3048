"""W9309: an environment without a customer key."""

from __future__ import annotations

from collections.abc import Iterator

from generator.rules._document import Document, Problem
from generator.rules._rule import Rule
from generator.rules._values import ABSENT
from generator.rules.functions._functions import functions


class EnvironmentKey(Rule):
    """A key policy stands before the environment."""

    id = "W9309"
    shortdesc = "Function's environment that no customer key encrypts"
    description = (
        "With the key of AWS's whoever may read the function's configuration reads the values; with your "
        "own he needs kms:Decrypt too."
    )
    source_url = "https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars-encryption.html"
    tags = ("resources", "lambda", "encryption")
    items = ("S2.8",)

    def check(self, document: Document) -> Iterator[Problem]:
        """Functions that have variables."""
        for function in functions(document):
            if function.properties.members("Environment", "Variables"):
                place = function.properties.wrong("KmsKeyArn", unless=lambda value: value is not ABSENT)
                if place:
                    yield place.problem(
                        "set KmsKeyArn to a key of your own, and let the role kms:Decrypt with it"
                    )
