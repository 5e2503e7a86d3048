"""E9328: stream settings on a queue."""

from __future__ import annotations

from collections.abc import Iterator

from generator.rules._document import Document, Problem
from generator.rules._rule import Rule
from generator.rules._values import ABSENT
from generator.rules.functions._mappings import queues

STREAM_ONLY = (
    "BisectBatchOnFunctionError",
    "DestinationConfig",
    "MaximumRecordAgeInSeconds",
    "MaximumRetryAttempts",
    "ParallelizationFactor",
    "TumblingWindowInSeconds",
)


class QueueSettings(Rule):
    """A queue's failures are the queue's own business."""

    id = "E9328"
    shortdesc = "Queue mapping with settings of stream mappings"
    description = (
        "Retries, divided batches, record age and destinations are a stream's: a queue has its own "
        "retries and dead-letter queue, and Lambda refuses these."
    )
    source_url = "https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-parameters.html"
    tags = ("resources", "lambda", "eventsourcemapping", "sqs")
    items = ("S3.18",)

    def check(self, document: Document) -> Iterator[Problem]:
        """Mappings whose source is a queue for certain; StartingPosition is cfn-lint's."""
        for mapping in queues(document):
            for name in STREAM_ONLY:
                place = mapping.properties.wrong(name, unless=lambda value: value in (ABSENT, False, "false"))
                if place:
                    yield place.problem(
                        f"remove {name}, a setting of stream mappings: a queue has maxReceiveCount"
                        " and a dead-letter queue"
                    )
