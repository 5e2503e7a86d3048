"""E9638: a pattern that does not parse."""

from __future__ import annotations

import re
from collections.abc import Iterator

from generator.rules._document import Document, Problem
from generator.rules._rule import Rule
from generator.rules._values import is_text

OPERATOR = re.compile(r"(?:!=|<=|>=|=|<|>)|\b(?:IS|NOT EXISTS)\b")
PAIRS = {"{": "}", "[": "]"}


class LogFilterPattern(Rule):
    """Patterns are written as CloudWatch Logs reads them."""

    id = "E9638"
    shortdesc = "Log filter pattern that CloudWatch cannot read"
    description = "Patterns of JSON are in braces, compare with a single =, and close what they open."
    source_url = "https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html"
    tags = ("resources", "logs", "filter")
    items = ("S4.4",)

    def check(self, document: Document) -> Iterator[Problem]:
        """Metric and subscription filters; what is certainly refused, not what may match nothing."""
        for one in document.resources("AWS::Logs::MetricFilter", "AWS::Logs::SubscriptionFilter"):
            pattern = one.properties.one("FilterPattern")
            fault = _fault(pattern.value.strip()) if is_text(pattern.value) else ""
            if fault:
                yield pattern.problem(fault)


def _fault(text: str) -> str:
    bare = re.sub(r'"(?:[^"\\]|\\.)*"|%[^%]*%', "_", text)
    if '"' in bare:
        return 'close the quotation mark (")'
    if bare[:1] in PAIRS and not bare.endswith(PAIRS[bare[0]]):
        return f"end the pattern with {PAIRS[bare[0]]}"
    if bare.startswith("{"):
        if "==" in bare:
            return "compare with a single ="
        if bare.count("(") != bare.count(")"):
            return "close the parentheses"
        parts = re.split(r"&&|\|\|", bare[1:-1])
        if not all(
            OPERATOR.search(one) and "$" in one and not one.rstrip(" )").endswith(("=", "<", ">"))
            for one in parts
        ):
            return 'compare a selector with a value, as in { $.level = "ERROR" }'
    return ""
