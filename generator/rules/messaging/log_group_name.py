"""W9528: a log group for a function that is called otherwise."""

from __future__ import annotations

from collections.abc import Iterator

from generator.rules._document import Document, Problem
from generator.rules._rule import Rule
from generator.rules._values import HOLE
from generator.rules.iam._condition_keys import distance
from generator.rules.messaging._groups import FUNCTIONS


class LogGroupName(Rule):
    """Lambda writes to the group of its own name."""

    id = "W9528"
    shortdesc = "Log group whose name misses its function's by a letter"
    description = "Lambda writes to another group, which has no retention; this one stays empty."
    source_url = "https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs.html"
    tags = ("resources", "lambda", "logs")
    items = ("S2.11",)

    def check(self, document: Document) -> Iterator[Problem]:
        """Every such place."""
        functions = [one.properties.one("FunctionName").value for one in document.resources(*FUNCTIONS)]
        names = {one for one in functions if isinstance(one, str)}
        for group in document.resources("AWS::Logs::LogGroup"):
            for node in group.properties.outcomes("LogGroupName"):
                path, _, name = str(node.value).rpartition("/")
                if path != "/aws/lambda" or not isinstance(node.value, str) or name in names:
                    continue
                near = [one for one in sorted(names) if _near(name.lower(), one.lower())]
                taken = {
                    one.properties.one("LogGroupName").value
                    for one in document.resources("AWS::Logs::LogGroup")
                }
                if near and f"/aws/lambda/{near[0]}" not in taken:
                    meant, found = near[0].replace(HOLE, "…"), name.replace(HOLE, "…")
                    yield node.problem(
                        f"write /aws/lambda/{meant}: no function of this template is called {found}"
                    )


def _near(name: str, other: str) -> bool:
    """Two letters apart, or one where a deployment fills in a part, or where the names are short."""
    letters = len(name.replace(HOLE, ""))
    limit = 1 if HOLE in name or letters < 12 else 2
    return letters > 4 and name.count(HOLE) == other.count(HOLE) and distance(name, other) <= limit
