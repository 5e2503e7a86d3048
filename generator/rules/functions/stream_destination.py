"""W9323: a stream mapping that forgets what failed."""

from __future__ import annotations

from collections.abc import Iterator

from generator.rules._document import Document, Problem
from generator.rules._rule import Rule
from generator.rules._values import ABSENT
from generator.rules.functions._mappings import streams


class StreamDestination(Rule):
    """What was given up is written down."""

    id = "W9323"
    shortdesc = "Stream mapping without a failure destination"
    description = "What the mapping gives up on is gone, without a trace of which records they were."
    source_url = "https://docs.aws.amazon.com/lambda/latest/dg/services-ddb-errors.html"
    tags = ("resources", "lambda", "eventsourcemapping", "stream", "recovery")
    items = ("S0.4", "S3.18")

    def check(self, document: Document) -> Iterator[Problem]:
        """DynamoDB and Kinesis streams."""
        for mapping in streams(document):
            place = mapping.properties.wrong(
                "DestinationConfig", "OnFailure", "Destination", unless=lambda value: value is not ABSENT
            )
            if place:
                yield place.problem(
                    "set DestinationConfig.OnFailure.Destination to the ARN of a queue, topic or bucket"
                )
