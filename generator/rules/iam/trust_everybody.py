"""E9112: a role that everybody may assume."""

from __future__ import annotations

from collections.abc import Iterator

from generator.rules._document import Document, Problem
from generator.rules._rule import Rule
from generator.rules._statements import statements


class TrustEverybody(Rule):
    """A role belongs to services and accounts that are named."""

    id = "E9112"
    shortdesc = "Role that everybody may assume"
    description = "With principal * any AWS account in the world can take the role."
    source_url = "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html"
    tags = ("resources", "iam", "security", "public")
    items = ("S1.7",)

    def check(self, document: Document) -> Iterator[Problem]:
        """Every such place."""
        for statement in statements(document, "trust"):
            place = statement.everybody()
            if statement.allows and place and not statement.narrowed():
                yield place.problem("name the service or the account that may assume the role instead of '*'")
