"""W9133: an Allow that a request without the key passes."""

from __future__ import annotations

from collections.abc import Iterator

from generator.rules._document import Document, Problem
from generator.rules._rule import Rule
from generator.rules._statements import statements
from generator.rules._values import truth


class ConditionAllValues(Rule):
    """All of no values are right."""

    id = "W9133"
    shortdesc = "Allow with ForAllValues and without a Null check"
    description = (
        "ForAllValues is true where the request has no such key, so the statement allows what it should not."
    )
    source_url = "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html"
    tags = ("resources", "iam", "security")

    def check(self, document: Document) -> Iterator[Problem]:
        """Every such place."""
        for statement in statements(document):
            conditions = statement.conditions()
            present = {
                one.key.lower()
                for one in conditions
                if one.operator.lower() == "null" and all(truth(node.value) is False for node in one.values)
            }
            for condition in conditions:
                every = condition.operator.lower().startswith("forallvalues:")
                if statement.allows and every and condition.key.lower() not in present:
                    yield condition.node.problem(f"add Null: {{{condition.key}: 'false'}} to the Condition")
