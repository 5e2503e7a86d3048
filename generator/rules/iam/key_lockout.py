"""E9141: a key policy that nobody may ever change."""

from __future__ import annotations

from collections.abc import Iterator

from generator.rules._document import Document, Problem, Resource
from generator.rules._rule import Rule
from generator.rules._statements import Statement, covers, documents, statements
from generator.rules._values import truth


class KeyLockout(Rule):
    """Somebody must stay able to change the policy."""

    id = "E9141"
    shortdesc = "Key policy that lets nobody manage the key"
    description = (
        "KMS refuses a policy under which nobody may call kms:PutKeyPolicy: IAM policies count only where "
        "the key's own policy lets the account in."
    )
    source_url = "https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html"
    tags = ("resources", "kms", "security")
    items = ("S3.10",)

    def check(self, document: Document) -> Iterator[Problem]:
        """Policies of which every part that matters is known."""
        for key, policy in documents(document, "key"):
            bypass = key.properties.one("BypassPolicyLockoutSafetyCheck")
            own = [one for one in statements(document, "key") if one.resource.id == key.id]
            if truth(bypass.value) or not bypass.known or not _complete(key, len(own)):
                continue
            if not any(_manages(one) for one in own):
                yield policy.raw("Statement").problem(
                    "allow the account (arn:aws:iam::<account>:root), or a role of its administrators, kms:*"
                )


def _complete(key: Resource, count: int) -> bool:
    """Whether every statement is one that the template spells out."""
    blocks = key.properties.outcomes("KeyPolicy", "Statement")
    elements = [
        node for block in blocks for node in (block.each() if isinstance(block.value, list) else [block])
    ]
    return count > 0 and len(elements) == count and all(isinstance(one.value, dict) for one in elements)


def _manages(statement: Statement) -> bool:
    """Whether it lets a principal of an account change the policy, or may do so."""
    actions = statement.node.each("Action")
    changes = not actions or any(
        not isinstance(one.value, str) or covers(one.value, "kms:PutKeyPolicy") for one in actions
    )
    principals = statement.principals()
    people = not principals or any(kind != "Service" for kind, _ in principals)
    return not statement.denies and changes and people
