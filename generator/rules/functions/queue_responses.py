"""W9325: a queue mapping that knows only all or nothing."""

from __future__ import annotations

from collections.abc import Iterator

from generator.rules._document import Document, Problem
from generator.rules._rule import Rule
from generator.rules._values import UNKNOWN
from generator.rules.functions._mappings import queues, single


class QueueResponses(Rule):
    """The function says which messages failed."""

    id = "W9325"
    shortdesc = "Queue mapping without partial batch responses"
    description = (
        "One failed message sends the whole batch back into the queue, and what was done is done again."
    )
    source_url = "https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html"
    tags = ("resources", "lambda", "eventsourcemapping", "sqs")
    items = ("S3.18",)

    def check(self, document: Document) -> Iterator[Problem]:
        """SQS queues, with batches of more than one."""
        for mapping in queues(document):
            reported = [node.value for node in mapping.properties.each("FunctionResponseTypes")]
            place = mapping.properties.one("FunctionResponseTypes")
            if (
                place.known
                and UNKNOWN not in reported
                and "ReportBatchItemFailures" not in reported
                and not single(mapping)
            ):
                yield place.problem("set FunctionResponseTypes to [ReportBatchItemFailures]")
