"""E9326: a large batch without a window."""

from __future__ import annotations

from collections.abc import Iterator

from generator.rules._document import Document, Problem
from generator.rules._rule import Rule
from generator.rules._values import number
from generator.rules.functions._mappings import is_fifo, queues


class QueueWindow(Rule):
    """Large batches have time to fill."""

    id = "E9326"
    shortdesc = "Queue mapping with a batch that needs a window"
    description = (
        "Lambda refuses a BatchSize above 10 for a queue unless MaximumBatchingWindowInSeconds is at least 1."
    )
    source_url = "https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html"
    tags = ("resources", "lambda", "eventsourcemapping", "sqs")
    items = ()

    def check(self, document: Document) -> Iterator[Problem]:
        """Standard queues; cfn-lint speaks of FIFO queues, which allow neither."""
        for mapping in queues(document):
            size = mapping.properties.one("BatchSize")
            window = mapping.properties.one("MaximumBatchingWindowInSeconds")
            records = number(size.value)
            if records is None or records <= 10 or not window.known or is_fifo(document, mapping):
                continue
            if window.absent or number(window.value) == 0:
                yield size.problem(
                    "set MaximumBatchingWindowInSeconds to 1 or more, or BatchSize to 10 or less"
                )
