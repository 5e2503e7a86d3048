"""W9103: a policy that allows a whole service."""

from __future__ import annotations

import re
from collections.abc import Iterator

from generator.rules._document import Document, Problem
from generator.rules._rule import Rule
from generator.rules._statements import statements
from generator.rules.iam._actions import everything, unconditional

WHOLE = re.compile(r"[A-Za-z0-9-]+:\*")


class ActionService(Rule):
    """All actions of a service, though on named resources."""

    id = "W9103"
    shortdesc = "Policy that allows all actions of a service"
    description = (
        "service:* includes deleting the resource, changing its policy and switching its protection off."
    )
    source_url = "https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html"
    tags = ("resources", "iam", "security")
    items = ("S1.7", "S2.7")

    def check(self, document: Document) -> Iterator[Problem]:
        """Every such place."""
        for statement in statements(document, "identity"):
            if statement.allows and not (unconditional(statement) and everything(statement)):
                for action in statement.actions():
                    if WHOLE.fullmatch(action.value):
                        yield action.problem(f"name the actions that are needed instead of '{action.value}'")
