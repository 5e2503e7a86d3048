"""E9624: a rule that does not parse."""

from __future__ import annotations

import re
from collections.abc import Iterator

from generator.rules._document import Document, Problem
from generator.rules._rule import Rule
from generator.rules._values import HOLE
from generator.rules.monitoring._alarms import COMPOSITE

TOKEN = re.compile(
    r"\s*(?:((?:ALARM|OK|INSUFFICIENT_DATA)\(\s*(?:\"[^\"]+\"|'[^']+'|[^\"'()\s]+)\s*\)|TRUE|FALSE)|(AND\b|OR\b)|(NOT\b)|(\()|(\)))"
)
LONGEST, MOST = 10240, 100


class CompositeRule(Rule):
    """Rules are written as CloudWatch reads them."""

    id = "E9624"
    shortdesc = "Composite alarm's rule that CloudWatch cannot read"
    description = (
        "A rule is made of ALARM(), OK(), INSUFFICIENT_DATA(), TRUE and FALSE, joined by AND, OR and NOT,"
        " in at most 10,240 characters and 100 children."
    )
    source_url = "https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutCompositeAlarm.html"
    tags = ("resources", "cloudwatch", "alarm", "composite")
    items = ("S0.6",)

    def check(self, document: Document) -> Iterator[Problem]:
        """Rules whose text is certain but for names."""
        for alarm in document.resources(COMPOSITE):
            rule = alarm.properties.one("AlarmRule")
            if (
                not isinstance(rule.value, str)
                or "AT_LEAST(" in rule.value
                or HOLE in re.sub(rf"\([^()]*{HOLE}[^()]*\)", "", rule.value)
            ):
                continue
            if not _reads(rule.value):
                yield rule.problem(
                    "write the rule as ALARM(…) OR (ALARM(…) AND NOT OK(…)): CloudWatch cannot read this one"
                )
            elif (
                len(rule.value) > LONGEST
                or len(re.findall(r"(?:ALARM|OK|INSUFFICIENT_DATA)\(", rule.value)) > MOST
            ):
                yield rule.problem(
                    f"divide this rule among several alarms: {LONGEST} characters and {MOST} "
                    "children are the most"
                )


def _reads(text: str) -> bool:
    """Whether operands and operators take turns, and parentheses close."""
    depth, wants_operand, place = 0, True, 0
    while text[place:].strip():
        match = TOKEN.match(text, place)
        if match is None:
            return False
        place = match.end()
        operand, joint, negation, opening, _ = match.groups()
        if wants_operand != bool(operand or negation or opening):
            return False
        depth += bool(opening) - (not (operand or joint or negation or opening))
        if depth < 0:
            return False
        wants_operand = bool(joint or negation or opening)
    return depth == 0 and not wants_operand
