"""I9104: a policy with a wildcard inside an action's name."""

from __future__ import annotations

from collections.abc import Iterator

from generator.rules._document import Document, Problem
from generator.rules._rule import Rule
from generator.rules._statements import statements


class ActionPrefix(Rule):
    """A pattern takes in actions that nobody thought of, and those that AWS adds later."""

    id = "I9104"
    shortdesc = "Wildcard in the name of an allowed action"
    description = "A pattern such as s3:Put* takes in s3:PutBucketPolicy, and whatever AWS adds later."
    source_url = "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_action.html"
    tags = ("resources", "iam", "security")
    items = ("S1.7", "S2.7")

    def check(self, document: Document) -> Iterator[Problem]:
        """Every such place."""
        for statement in statements(document, "identity"):
            if statement.allows:
                for action in statement.actions():
                    _, colon, name = action.value.partition(":")
                    if colon and name != "*" and ("*" in name or "?" in name):
                        yield action.problem(f"name the actions that are needed instead of '{action.value}'")
