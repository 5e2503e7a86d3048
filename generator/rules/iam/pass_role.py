"""E9109: passing any role to a service."""

from __future__ import annotations

from collections.abc import Iterator

from generator.rules._document import Document, Problem
from generator.rules._rule import Rule
from generator.rules._statements import statements
from generator.rules.iam._actions import everything

PASSED = frozenset({"iam:passedtoservice", "iam:associatedresourcearn"})


class PassRole(Rule):
    """Who may pass any role may become any role."""

    id = "E9109"
    shortdesc = "Policy that may pass every role"
    description = "With iam:PassRole on * one starts a function or an instance with the administrator's role."
    source_url = "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html"
    tags = ("resources", "iam", "security")
    items = ("S1.7", "S2.7")

    def check(self, document: Document) -> Iterator[Problem]:
        """Every such place."""
        for statement in statements(document, "identity"):
            place = everything(statement)
            if not statement.allows or not place or statement.narrowed(PASSED):
                continue
            if any(one.value.lower() == "iam:passrole" for one in statement.actions()):
                yield place.problem(
                    "name the roles that may be passed, and add a Condition on iam:PassedToService"
                )
