"""E9120: a key that everybody may use."""

from __future__ import annotations

from collections.abc import Iterator

from generator.rules._document import Document, Problem
from generator.rules._rule import Rule
from generator.rules._statements import statements


class KeyPolicyPublic(Rule):
    """A key's policy is what stands between the data and everybody else."""

    id = "E9120"
    shortdesc = "Key policy that lets everybody use the key"
    description = "With principal * and no condition on the caller any AWS account can use the key."
    source_url = "https://docs.aws.amazon.com/kms/latest/developerguide/key-policies.html"
    tags = ("resources", "kms", "security", "public")
    items = ("S1.7",)

    def check(self, document: Document) -> Iterator[Problem]:
        """Every such place."""
        for statement in statements(document, "key"):
            place = statement.everybody()
            if place and statement.allows and not statement.narrowed():
                yield place.problem("name the accounts or services, or add a Condition on kms:CallerAccount")
