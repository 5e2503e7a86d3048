"""W9316: a layer that somebody else owns."""

from __future__ import annotations

from collections.abc import Iterator

from generator.rules._document import Document, Problem
from generator.rules._rule import Rule
from generator.rules.functions._functions import functions


class ForeignLayer(Rule):
    """What a function loads is the account's own."""

    id = "W9316"
    shortdesc = "Layer of another account"
    description = (
        "Its code runs with the function's role; whoever owns the account can take the version away, and "
        "the next deployment fails."
    )
    source_url = "https://docs.aws.amazon.com/lambda/latest/dg/chapter-layers.html"
    tags = ("resources", "lambda", "layers", "supplychain")
    items = ()

    def check(self, document: Document) -> Iterator[Problem]:
        """ARNs with an account number that is not AWS::AccountId."""
        for function in functions(document):
            for layer in function.properties.each("Layers"):
                parts = layer.value.split(":") if isinstance(layer.value, str) else []
                if len(parts) > 6 and parts[4].isdecimal():
                    yield layer.problem(
                        "bundle what this layer brings, or publish it in your own account: it "
                        f"belongs to {parts[4]}"
                    )
