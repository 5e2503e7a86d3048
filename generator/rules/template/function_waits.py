"""I9025: a function that may log before its log group is made."""

from __future__ import annotations

from collections.abc import Iterator

from generator.rules._document import Document, Problem
from generator.rules._rule import Rule


class FunctionWaits(Rule):
    """Whoever comes first makes the group."""

    id = "I9025"
    shortdesc = "Function that does not wait for its log group"
    description = (
        "A function that runs while the stack is made creates the group itself, and the group's own "
        "creation fails."
    )
    source_url = "https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs.html"
    tags = ("resources", "lambda", "logs", "dependencies")
    items = ("S2.2", "S2.11")

    def check(self, document: Document) -> Iterator[Problem]:
        """Every such place."""
        for group in document.resources("AWS::Logs::LogGroup"):
            name = group.properties.one("LogGroupName").value
            for function in document.resources("AWS::Lambda::Function"):
                called = function.properties.one("FunctionName").value
                own = isinstance(called, str) and name == f"/aws/lambda/{called}"
                ordered = group.id in document.reaches(function.id) or function.id in document.reaches(
                    group.id
                )
                if own and not ordered:
                    yield function.raw("DependsOn").problem(f"add DependsOn: {group.id} to {function.id}")
