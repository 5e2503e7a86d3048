"""E9132: a wildcard that is compared letter by letter."""

from __future__ import annotations

from collections.abc import Iterator

from generator.rules._document import Document, Problem
from generator.rules._rule import Rule
from generator.rules._statements import statements
from generator.rules._values import HOLE

EXACT = {
    "stringequals": "StringLike or ArnLike",
    "stringequalsignorecase": "StringLike",
    "stringnotequals": "StringNotLike or ArnNotLike",
}


class ConditionWildcard(Rule):
    """StringEquals knows no wildcards."""

    id = "E9132"
    shortdesc = "Wildcard in a condition that compares letter by letter"
    description = "StringEquals takes * and ? as they stand, so the condition is true for no real value."
    source_url = "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html"
    tags = ("resources", "iam", "security")

    def check(self, document: Document) -> Iterator[Problem]:
        """Every such place."""
        for statement in statements(document):
            for condition in statement.conditions():
                operator = condition.operator.rpartition(":")[2].lower().removesuffix("ifexists")
                for node in condition.values:
                    if (
                        operator in EXACT
                        and isinstance(node.value, str)
                        and _has_wildcard(condition.key.lower(), node.value)
                    ):
                        yield node.problem(
                            f"use {EXACT[operator]} instead of {condition.operator} for '*' and '?'"
                        )


def _has_wildcard(key: str, value: str) -> bool:
    """In keys whose values never have such letters: ARNs, tokens' subjects, paths of buckets, services."""
    text = value.replace(HOLE, "")
    arn = key.endswith((":sourcearn", ":principalarn", ":userid")) or text.startswith("arn:")
    return ("*" in text or "?" in text) and (arn or key.endswith((":sub", ":viaservice", "s3:prefix")))
