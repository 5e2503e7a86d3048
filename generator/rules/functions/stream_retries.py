"""W9320: a stream mapping without a retry limit."""

from __future__ import annotations

from collections.abc import Iterator

from generator.rules._document import Document, Problem
from generator.rules._rule import Rule
from generator.rules._values import ABSENT, number
from generator.rules.functions._mappings import streams


class StreamRetries(Rule):
    """A bad record does not hold its shard for ever."""

    id = "W9320"
    shortdesc = "Stream mapping that retries without end"
    description = (
        "MaximumRetryAttempts is -1 unless set: one bad record holds its shard until it expires, a day or"
        " a week."
    )
    source_url = "https://docs.aws.amazon.com/lambda/latest/dg/services-ddb-batchfailurereporting.html"
    tags = ("resources", "lambda", "eventsourcemapping", "stream")
    items = ("S0.4",)

    def check(self, document: Document) -> Iterator[Problem]:
        """DynamoDB and Kinesis streams; absent and -1."""
        for mapping in streams(document):
            place = mapping.properties.wrong(
                "MaximumRetryAttempts", unless=lambda value: value is not ABSENT and number(value) != -1
            )
            if place:
                yield place.problem("set MaximumRetryAttempts, to 5 for example")
