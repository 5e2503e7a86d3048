"""E9533: an event pattern that no event matches."""

from __future__ import annotations

import json
from collections.abc import Iterator

from generator.rules._document import Document, Node, Problem
from generator.rules._rule import Rule
from generator.rules._values import function_of

FIELDS = (
    "account",
    "detail",
    "detail-type",
    "id",
    "region",
    "replay-name",
    "resources",
    "source",
    "time",
    "version",
    "$or",
)


class EventPattern(Rule):
    """Every value of a pattern is a list of what may stand there."""

    id = "E9533"
    shortdesc = "Event pattern that cannot match"
    description = "EventBridge refuses the pattern, or the rule stands there and never fires."
    source_url = "https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-patterns.html"
    tags = ("resources", "events")

    def check(self, document: Document) -> Iterator[Problem]:
        """Every such place."""
        for rule in document.resources("AWS::Events::Rule", "AWS::Events::Archive"):
            for pattern in rule.properties.outcomes("EventPattern"):
                if isinstance(pattern.value, dict) and function_of(pattern.value) is None:
                    yield from _leaves(pattern, 0)
                    for name, node in pattern.members():
                        if name not in FIELDS:
                            yield node.problem(f"write one of {', '.join(FIELDS)} instead of '{name}'")


def _leaves(node: Node, depth: int) -> Iterator[Problem]:
    """Fields whose value is no list, or an empty one."""
    for name, below in node.members() if depth < 30 else ():
        if isinstance(below.value, dict) and function_of(below.value) is None:
            yield from _leaves(below, depth + 1)
        elif not isinstance(below.value, (dict, list)):
            yield below.problem(f"write {name} as a list: [{json.dumps(below.value, default=str)}]")
        elif below.value == []:
            yield below.problem(f"list at least one value for {name}")
