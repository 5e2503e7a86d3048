"""W9520: a log group that is kept for ever."""

from __future__ import annotations

from collections.abc import Iterator

from generator.rules._document import Document, Problem
from generator.rules._rule import Rule
from generator.rules._values import ABSENT


class LogRetention(Rule):
    """Logs cost money every month, and may hold what must be forgotten."""

    id = "W9520"
    shortdesc = "Log group without retention"
    description = "Without RetentionInDays CloudWatch keeps every line for ever, at the account's cost."
    source_url = (
        "https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/Working-with-log-groups-and-streams.html"
    )
    tags = ("resources", "logs")
    items = ("S2.11",)

    def check(self, document: Document) -> Iterator[Problem]:
        """Every such place."""
        for group in document.resources("AWS::Logs::LogGroup"):
            place = group.properties.wrong("RetentionInDays", unless=lambda value: value is not ABSENT)
            if place:
                yield place.problem("set RetentionInDays, to 14 for example")
