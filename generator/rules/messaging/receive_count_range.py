"""E9519: a receive count that SQS does not know."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from generator.rules._document import Document, Problem
from generator.rules._rule import Rule
from generator.rules._values import number


class ReceiveCountRange(Rule):
    """From 1 to 1,000."""

    id = "E9519"
    shortdesc = "Receive count that SQS refuses"
    description = "SQS takes a maxReceiveCount from 1 to 1000, and refuses the queue otherwise."
    source_url = (
        "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html"
    )
    tags = ("resources", "sqs")
    items = ("S3.18",)

    def check(self, document: Document) -> Iterator[Problem]:
        """Every such place."""
        for queue in document.resources("AWS::SQS::Queue"):
            for place in queue.properties.some("RedrivePolicy", "maxReceiveCount", that=_is_out):
                yield place.problem(f"set maxReceiveCount from 1 to 1000 instead of {place.value}")


def _is_out(value: Any) -> bool:
    count = number(value)
    return count is not None and not 1 <= count <= 1000
