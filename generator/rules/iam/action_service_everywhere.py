"""E9102: a policy that allows a whole service on everything."""

from __future__ import annotations

import re
from collections.abc import Iterator

from generator.rules._document import Document, Problem
from generator.rules._rule import Rule
from generator.rules._statements import statements
from generator.rules.iam._actions import everything, takes_resources, unconditional

WHOLE = re.compile(r"[A-Za-z0-9-]+:\*")


class ActionServiceEverywhere(Rule):
    """All of a service on all resources."""

    id = "E9102"
    shortdesc = "Policy that allows a whole service on all resources"
    description = (
        "With service:* on * every resource of the service in the account can be read, changed and deleted."
    )
    source_url = "https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html"
    tags = ("resources", "iam", "security")
    items = ("S1.7", "S2.7")

    def check(self, document: Document) -> Iterator[Problem]:
        """Every such place."""
        for statement in statements(document, "identity"):
            if statement.allows and unconditional(statement) and everything(statement):
                for action in statement.actions():
                    if WHOLE.fullmatch(action.value) and takes_resources(action.value):
                        yield action.problem(f"name actions and resources instead of '{action.value}' on '*'")
