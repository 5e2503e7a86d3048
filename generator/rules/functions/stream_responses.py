"""W9322: a stream mapping that knows only all or nothing."""

from __future__ import annotations

from collections.abc import Iterator

from generator.rules._document import Document, Problem
from generator.rules._rule import Rule
from generator.rules._values import UNKNOWN
from generator.rules.functions._mappings import single, streams


class StreamResponses(Rule):
    """The function says where it stopped."""

    id = "W9322"
    shortdesc = "Stream mapping without partial batch responses"
    description = "The function cannot say which record failed: all that it has done already is done again."
    source_url = "https://docs.aws.amazon.com/lambda/latest/dg/services-ddb-batchfailurereporting.html"
    tags = ("resources", "lambda", "eventsourcemapping", "stream")
    items = ("S0.4",)

    def check(self, document: Document) -> Iterator[Problem]:
        """DynamoDB and Kinesis streams, with batches of more than one."""
        for mapping in streams(document):
            reported = [node.value for node in mapping.properties.each("FunctionResponseTypes")]
            place = mapping.properties.one("FunctionResponseTypes")
            if (
                place.known
                and UNKNOWN not in reported
                and "ReportBatchItemFailures" not in reported
                and not single(mapping)
            ):
                yield place.problem("set FunctionResponseTypes to [ReportBatchItemFailures]")
