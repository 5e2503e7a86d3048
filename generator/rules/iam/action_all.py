"""E9101: a policy that allows every action."""

from __future__ import annotations

from collections.abc import Iterator

from generator.rules._document import Document, Problem
from generator.rules._rule import Rule
from generator.rules._statements import statements


class ActionAll(Rule):
    """A role that may do everything is an administrator."""

    id = "E9101"
    shortdesc = "Policy that allows every action"
    description = "With Action * whoever takes over the function or user owns the account."
    source_url = "https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html"
    tags = ("resources", "iam", "security")
    items = ("S1.7", "S2.7")

    def check(self, document: Document) -> Iterator[Problem]:
        """Every such place."""
        for statement in statements(document, "identity"):
            if statement.allows:
                for action in statement.actions():
                    if action.value in ("*", "*:*"):
                        yield action.problem("name the actions that are needed instead of '*'")
