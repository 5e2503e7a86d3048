"""I9324: a stream mapping that takes records of any age."""

from __future__ import annotations

from collections.abc import Iterator

from generator.rules._document import Document, Problem
from generator.rules._rule import Rule
from generator.rules._values import ABSENT, number
from generator.rules.functions._mappings import streams


class StreamAge(Rule):
    """Old records do not hold up new ones."""

    id = "I9324"
    shortdesc = "Stream mapping without a limit on the age of records"
    description = (
        "After an outage the mapping works off what nobody needs any more before it reaches what is new."
    )
    source_url = "https://docs.aws.amazon.com/lambda/latest/dg/services-ddb-params.html"
    tags = ("resources", "lambda", "eventsourcemapping", "stream")
    items = ("S0.4",)

    def check(self, document: Document) -> Iterator[Problem]:
        """DynamoDB and Kinesis streams; absent and -1."""
        for mapping in streams(document):
            place = mapping.properties.wrong(
                "MaximumRecordAgeInSeconds", unless=lambda value: value is not ABSENT and number(value) != -1
            )
            if place:
                yield place.problem("set MaximumRecordAgeInSeconds, to 3600 for example")
