"""E9522: a log group of ours that is not kept for two weeks."""

from __future__ import annotations

from collections.abc import Iterator

from generator.rules._document import Document, Problem
from generator.rules._rule import Rule
from generator.rules._values import ABSENT, number


class LogRetentionOurs(Rule):
    """Two weeks, for every group of our stacks."""

    id = "E9522"
    shortdesc = "Log group of ours that is not kept for 14 days"
    description = "The requirement is two weeks of logs, for functions, APIs and everything else that writes."
    source_url = (
        "https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/Working-with-log-groups-and-streams.html"
    )
    tags = ("resources", "logs", "convention")
    items = ("S2.11",)

    def check(self, document: Document) -> Iterator[Problem]:
        """Every such place."""
        for group in document.resources("AWS::Logs::LogGroup") if document.gen else ():
            place = group.properties.wrong(
                "RetentionInDays", unless=lambda value: value is ABSENT or number(value) == 14
            )
            if place:
                yield place.problem("set RetentionInDays to 14")
