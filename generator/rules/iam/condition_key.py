"""E9130: a condition on a key that does not exist."""

from __future__ import annotations

from collections.abc import Iterator

from generator.rules._document import Document, Problem
from generator.rules._rule import Rule
from generator.rules._statements import statements
from generator.rules.iam._condition_keys import meant_key


class ConditionKey(Rule):
    """A key that no request has makes a condition that is never true, or always."""

    id = "E9130"
    shortdesc = "Misspelt IAM condition key"
    description = (
        "IAM takes any key. An Allow with a misspelt one never allows, a Deny never denies or denies all."
    )
    source_url = "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html"
    tags = ("resources", "iam", "security")

    def check(self, document: Document) -> Iterator[Problem]:
        """Every such place."""
        for statement in statements(document):
            for condition in statement.conditions():
                wanted = meant_key(condition.key)
                if wanted:
                    yield condition.node.problem(f"write {wanted} (in any case) instead of '{condition.key}'")
