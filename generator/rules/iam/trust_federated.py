"""E9115: federated trust that does not say whose tokens it takes."""

from __future__ import annotations

from collections.abc import Iterator

from generator.rules._document import Document, Problem
from generator.rules._rule import Rule
from generator.rules._statements import Condition, statements

SUBJECT = "token.actions.githubusercontent.com:sub"


class TrustFederated(Rule):
    """A provider signs tokens of everybody; the condition says of whom."""

    id = "E9115"
    shortdesc = "Federated trust without a condition on whose token it is"
    description = (
        "Every repository, pool or application that the provider signs tokens for can take the role."
    )
    source_url = "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create_for-idp_oidc.html"
    tags = ("resources", "iam", "security", "public")

    def check(self, document: Document) -> Iterator[Problem]:
        """Every such place."""
        for statement in statements(document, "trust"):
            if not statement.allows or any(not one.known for one in statement.node.outcomes("Condition")):
                continue
            for kind, node in statement.principals():
                if kind != "Federated":
                    continue
                github = isinstance(node.value, str) and "token.actions.githubusercontent.com" in node.value
                checks = [
                    one for one in statement.conditions() if not one.operator.lower().endswith("ifexists")
                ]
                if github and not any(_names_repository(one) for one in checks):
                    yield node.problem(f"add a Condition on {SUBJECT} with repo:<owner>/<repository>:…")
                elif not github and not checks:
                    yield node.problem("add a Condition on the token's audience or subject (…:aud, …:sub)")


def _names_repository(condition: Condition) -> bool:
    if condition.key.lower() != SUBJECT:
        return False
    texts = [one.value for one in condition.values]
    return bool(texts) and not any(
        isinstance(text, str) and text.lower() in {"*", "repo:*", "repo:*/*", "repo:*/*:*"} for text in texts
    )
