"""I9110: passing a role to any service."""

from __future__ import annotations

from collections.abc import Iterator

from generator.rules._document import Document, Problem
from generator.rules._rule import Rule
from generator.rules._statements import statements
from generator.rules.iam._actions import everything

PASSED = frozenset({"iam:passedtoservice", "iam:associatedresourcearn"})


class PassRoleService(Rule):
    """A role is for one service, and the policy can say so."""

    id = "I9110"
    shortdesc = "Policy that may pass a role to any service"
    description = (
        "Without iam:PassedToService a role that was meant for a task can be given to an instance or "
        "a function."
    )
    source_url = "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html"
    tags = ("resources", "iam", "security")
    items = ("S1.7",)

    def check(self, document: Document) -> Iterator[Problem]:
        """Every such place."""
        for statement in statements(document, "identity"):
            if not statement.allows or everything(statement) or statement.narrowed(PASSED):
                continue
            for action in statement.actions():
                if action.value.lower() == "iam:passrole":
                    yield action.problem("add a Condition StringEquals iam:PassedToService with the service")
