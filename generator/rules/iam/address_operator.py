"""E9137: an address compared as text."""

from __future__ import annotations

from collections.abc import Iterator

from generator.rules._document import Document, Problem
from generator.rules._rule import Rule
from generator.rules._statements import statements


class AddressOperator(Rule):
    """Addresses are compared as ranges."""

    id = "E9137"
    shortdesc = "IP address compared as text"
    description = (
        "String operators do not understand ranges: a condition on 10.0.0.0/8 is true for no address."
    )
    source_url = "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html"
    tags = ("resources", "iam", "security")

    def check(self, document: Document) -> Iterator[Problem]:
        """Every such place."""
        for statement in statements(document):
            for condition in statement.conditions():
                text = condition.operator.rpartition(":")[2].lower().startswith(("string", "arn"))
                if text and condition.key.lower() in ("aws:sourceip", "aws:vpcsourceip"):
                    wanted = "NotIpAddress" if "not" in condition.operator.lower() else "IpAddress"
                    yield condition.node.problem(f"use {wanted} instead of {condition.operator}")
