"""E9515: a topic or queue whose name and kind disagree."""

from __future__ import annotations

from collections.abc import Iterator

from generator.rules._document import Document, Problem
from generator.rules._rule import Rule
from generator.rules._values import HOLE, truth


class FifoName(Rule):
    """The names of FIFO topics and queues end in .fifo, and no others."""

    id = "E9515"
    shortdesc = "Topic or queue whose name and kind disagree"
    description = (
        "SNS and SQS refuse a FIFO topic or queue without .fifo at the end of its name, and the reverse."
    )
    source_url = "https://docs.aws.amazon.com/sns/latest/dg/sns-fifo-topics.html"
    tags = ("resources", "sns", "sqs")

    def check(self, document: Document) -> Iterator[Problem]:
        """Every such place."""
        for topic in document.resources("AWS::SNS::Topic"):
            name, fifo = topic.properties.one("TopicName"), topic.properties.one("FifoTopic")
            known = isinstance(name.value, str) and fifo.known and not name.value.endswith(HOLE)
            if known and name.value.endswith(".fifo") != (truth(fifo.value) is True):
                yield name.problem("let TopicName end in .fifo where FifoTopic is true, and nowhere else")
        for queue in document.resources("AWS::SQS::Queue"):
            # cfn-lint's E3501 speaks of FIFO queues whose name ends otherwise.
            name = queue.properties.one("QueueName")
            standard = queue.properties.wrong("FifoQueue", unless=lambda value: truth(value) is True)
            if standard and isinstance(name.value, str) and name.value.endswith(".fifo"):
                yield name.problem("set FifoQueue to true, or let QueueName end otherwise than in .fifo")
