"""E9331: a FIFO queue that Lambda cannot send to."""

from __future__ import annotations

from collections.abc import Iterator

from generator.rules._document import Document, Problem
from generator.rules._rule import Rule
from generator.rules._values import truth
from generator.rules.functions._functions import FUNCTION
from generator.rules.functions._mappings import MAPPING, QUEUE

PLACES = {
    FUNCTION: ("DeadLetterConfig", "TargetArn"),
    MAPPING: ("DestinationConfig", "OnFailure", "Destination"),
    "AWS::Lambda::EventInvokeConfig": ("DestinationConfig", "OnFailure", "Destination"),
}


class FifoDeadLetters(Rule):
    """Failed events go to standard queues."""

    id = "E9331"
    shortdesc = "FIFO queue for a function's failed events"
    description = (
        "Lambda sends no message group id: dead-letter queues and failure destinations are standard queues."
    )
    source_url = "https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html"
    tags = ("resources", "lambda", "recovery", "fifo")
    items = ("S3.18",)

    def check(self, document: Document) -> Iterator[Problem]:
        """Queues of this template, and ARNs that end in .fifo."""
        for resource in document.resources(*PLACES):
            place = resource.properties.raw(*PLACES[resource.type])
            queue = document.named(place.value, QUEUE) if not place.absent else None
            text = place.one().value
            fifo = (
                truth(queue.properties.one("FifoQueue").value) is True
                if queue
                else str(text).endswith(".fifo")
            )
            if fifo:
                yield place.problem("name a standard queue: Lambda cannot send to a FIFO queue")
