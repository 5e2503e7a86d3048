"""E9106: Allow with NotAction, NotResource or NotPrincipal."""

from __future__ import annotations

from collections.abc import Iterator

from generator.rules._document import Document, Problem
from generator.rules._rule import Rule
from generator.rules._statements import statements


class AllowAllBut(Rule):
    """Everything but is everything, as soon as AWS or the account grows."""

    id = "E9106"
    shortdesc = "Allow with NotAction, NotResource or NotPrincipal"
    description = "The statement allows all that is not named, and whatever is added later."
    source_url = "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notaction.html"
    tags = ("resources", "iam", "security")
    items = ("S1.7", "S2.7")

    def check(self, document: Document) -> Iterator[Problem]:
        """Every such place."""
        for statement in statements(document):
            if statement.allows:
                for name in ("NotAction", "NotResource", "NotPrincipal"):
                    place = statement.node.raw(name)
                    if not place.absent:
                        yield place.problem(
                            f"name what is allowed with {name[3:]}: {name} allows all the rest"
                        )
