"""W9321: a stream mapping that does not bisect."""

from __future__ import annotations

from collections.abc import Iterator

from generator.rules._document import Document, Problem
from generator.rules._rule import Rule
from generator.rules._values import truth
from generator.rules.functions._mappings import single, streams


class StreamBisect(Rule):
    """A failed batch is divided until the bad record is alone."""

    id = "W9321"
    shortdesc = "Stream mapping that does not divide a failed batch"
    description = "One bad record makes its whole batch fail on every retry, and the good ones with it."
    source_url = "https://docs.aws.amazon.com/lambda/latest/dg/services-kinesis-create.html"
    tags = ("resources", "lambda", "eventsourcemapping", "stream")
    items = ("S0.4",)

    def check(self, document: Document) -> Iterator[Problem]:
        """DynamoDB and Kinesis streams, with batches of more than one."""
        for mapping in streams(document):
            place = mapping.properties.wrong(
                "BisectBatchOnFunctionError", unless=lambda value: truth(value) is True
            )
            if place and not single(mapping):
                yield place.problem("set BisectBatchOnFunctionError to true")
