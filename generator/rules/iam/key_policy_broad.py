"""W9121: a key that others than its account's administrators own."""

from __future__ import annotations

from collections.abc import Iterator

from generator.rules._document import Document, Node, Problem
from generator.rules._links import meant
from generator.rules._rule import Rule
from generator.rules._statements import statements


class KeyPolicyBroad(Rule):
    """Using a key and owning it are different jobs."""

    id = "W9121"
    shortdesc = "Key policy that gives all actions to others than the account"
    description = (
        "kms:* includes changing the policy and scheduling the key's deletion, and with it that of all data."
    )
    source_url = "https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html"
    tags = ("resources", "kms", "security")
    items = ("S1.7",)

    def check(self, document: Document) -> Iterator[Problem]:
        """Every such place."""
        for statement in statements(document, "key"):
            actions = [one for one in statement.actions() if one.value in ("kms:*", "*")]
            if actions and statement.allows and any(_is_other(node) for _, node in statement.principals()):
                yield actions[0].problem("name the actions that this principal needs, such as kms:Decrypt")


def _is_other(node: Node) -> bool:
    """A role, user or service of the template or in full; the account's root is its administrator."""
    if isinstance(node.value, str):
        return node.value != "*" and not node.value.endswith(":root") and not node.value.isdecimal()
    return meant(node, "AWS::IAM::Role", "AWS::IAM::User") is not None
