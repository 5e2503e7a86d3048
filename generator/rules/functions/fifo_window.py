"""E9327: a window on a FIFO queue."""

from __future__ import annotations

from collections.abc import Iterator

from generator.rules._document import Document, Problem
from generator.rules._rule import Rule
from generator.rules._values import number
from generator.rules.functions._mappings import is_fifo, queues


class FifoWindow(Rule):
    """FIFO queues have no batching window."""

    id = "E9327"
    shortdesc = "FIFO queue mapping with a batching window"
    description = "Lambda does not wait for a FIFO queue's batch to fill, and refuses the setting."
    source_url = "https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html"
    tags = ("resources", "lambda", "eventsourcemapping", "sqs", "fifo")
    items = ()

    def check(self, document: Document) -> Iterator[Problem]:
        """Queues that are FIFO for certain."""
        for mapping in queues(document):
            window = mapping.properties.one("MaximumBatchingWindowInSeconds")
            if is_fifo(document, mapping) and (number(window.value) or 0) > 0:
                yield window.problem("remove MaximumBatchingWindowInSeconds: FIFO queues have none")
