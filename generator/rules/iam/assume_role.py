"""E9111: assuming any role."""

from __future__ import annotations

from collections.abc import Iterator

from generator.rules._document import Document, Problem
from generator.rules._rule import Rule
from generator.rules._statements import statements
from generator.rules.iam._actions import everything, unconditional


class AssumeRole(Rule):
    """Roles that may be assumed are known, and can be named."""

    id = "E9111"
    shortdesc = "Policy that may assume every role"
    description = (
        "With sts:AssumeRole on * every role that trusts the account, in this one or another, is open."
    )
    source_url = "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_permissions-to-switch.html"
    tags = ("resources", "iam", "security")
    items = ("S1.7", "S2.7")

    def check(self, document: Document) -> Iterator[Problem]:
        """Every such place."""
        for statement in statements(document, "identity"):
            place = everything(statement)
            names = {one.value.lower() for one in statement.actions()}
            if statement.allows and place and unconditional(statement) and "sts:assumerole" in names:
                yield place.problem("name the roles that may be assumed instead of '*'")
