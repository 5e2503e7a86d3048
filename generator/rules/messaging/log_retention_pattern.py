"""I9521: a log group that is kept otherwise than all others."""

from __future__ import annotations

from collections.abc import Iterator

from generator.rules._document import Document, Problem
from generator.rules._rule import Rule
from generator.rules._values import number


class LogRetentionPattern(Rule):
    """The template's own convention."""

    id = "I9521"
    shortdesc = "Log group with another retention than all others"
    description = (
        "One group that is kept shorter is empty when an incident is looked into; one kept longer costs."
    )
    source_url = (
        "https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/Working-with-log-groups-and-streams.html"
    )
    tags = ("resources", "logs")
    items = ("S2.11",)

    def check(self, document: Document) -> Iterator[Problem]:
        """Every such place."""
        kept = [
            (one, number(one.value))
            for group in document.resources("AWS::Logs::LogGroup")
            for one in [group.properties.one("RetentionInDays")]
        ]
        days = [value for _, value in kept if value is not None]
        usual = max(sorted(set(days)), key=days.count) if days else None
        others = [place for place, value in kept if value is not None and value != usual]
        if usual is not None and days.count(usual) >= 3 and len(others) == 1 and not document.gen:
            yield others[0].problem(f"set RetentionInDays to {usual:g} as in the other groups")
