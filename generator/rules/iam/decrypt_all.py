"""E9119: a policy that may decrypt with every key."""

from __future__ import annotations

from collections.abc import Iterator

from generator.rules._document import Document, Problem
from generator.rules._rule import Rule
from generator.rules._statements import statements
from generator.rules.iam._actions import everything, reads_with_keys, unconditional


class DecryptAll(Rule):
    """The keys of a system are known, and can be named."""

    id = "E9119"
    shortdesc = "Policy that may decrypt with every key"
    description = "With kms:Decrypt on * the role reads whatever any key of the account protects."
    source_url = "https://docs.aws.amazon.com/kms/latest/developerguide/iam-policies-best-practices.html"
    tags = ("resources", "kms", "iam", "security")
    items = ("S1.7", "S2.8")

    def check(self, document: Document) -> Iterator[Problem]:
        """Every such place."""
        for statement in statements(document, "identity"):
            place = everything(statement)
            if statement.allows and place and unconditional(statement):
                actions = [one.value for one in statement.actions() if reads_with_keys(one.value)]
                if any(one.lower() != "kms:*" for one in actions):
                    yield place.problem(
                        "name the key's ARN as Resource instead of all keys, or add kms:ViaService"
                    )
