"""W9105: a policy on all resources where the action takes named ones."""

from __future__ import annotations

from collections.abc import Iterator

from generator.rules._document import Document, Problem
from generator.rules._rule import Rule
from generator.rules._statements import statements
from generator.rules._values import HOLE
from generator.rules.iam._actions import everything, reads_with_keys, takes_resources, unconditional


class ResourceAll(Rule):
    """The resource is what a role's work is about, and is known in the template."""

    id = "W9105"
    shortdesc = "Policy on all resources although the action takes named ones"
    description = "The role reaches every resource of the kind in the account, those of other systems too."
    source_url = "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html"
    tags = ("resources", "iam", "security")
    items = ("S1.7", "S2.7", "S4.2")

    def check(self, document: Document) -> Iterator[Problem]:
        """Every such place."""
        for statement in statements(document, "identity"):
            place = everything(statement)
            if not statement.allows or not place or not unconditional(statement):
                continue
            names = [one.value for one in statement.actions() if HOLE not in one.value]
            wide = [one for one in names if takes_resources(one) and not _said_elsewhere(one)]
            if wide and (place.value == "*" or any(not one.lower().startswith("logs:") for one in wide)):
                few = ", ".join(sorted(wide)[:3])
                yield place.problem(f"name the resources of {few} instead of '{place.value}'")


def _said_elsewhere(action: str) -> bool:
    """Other rules speak of whole services, of passing and assuming roles, and of keys."""
    lower = action.lower()
    return lower.endswith(":*") or lower in {"iam:passrole", "sts:assumerole"} or reads_with_keys(lower)
