"""W9512: a message that is given up after one failure."""

from __future__ import annotations

from collections.abc import Iterator

from generator.rules._document import Document, Problem
from generator.rules._rule import Rule
from generator.rules._values import number


class ReceiveCount(Rule):
    """A throttled or restarted function is no failure of the message."""

    id = "W9512"
    shortdesc = "Queue that gives a message up after one attempt"
    description = "One throttle, timeout or deployment moves good messages to the dead-letter queue."
    source_url = "https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html"
    tags = ("resources", "sqs")
    items = ("S3.18",)

    def check(self, document: Document) -> Iterator[Problem]:
        """Every such place."""
        for queue in document.resources("AWS::SQS::Queue"):
            steps = ("RedrivePolicy", "maxReceiveCount")
            for place in queue.properties.some(*steps, that=lambda value: number(value) == 1):
                yield place.problem("set maxReceiveCount to 3 or more; AWS advises 5 where a function reads")
