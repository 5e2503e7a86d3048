"""W9337: a mapping with more concurrency than its function."""

from __future__ import annotations

from collections.abc import Iterator

from generator.rules._document import Document, Problem
from generator.rules._rule import Rule
from generator.rules._values import number
from generator.rules.functions._functions import target
from generator.rules.functions._mappings import queues


class ConcurrencyShare(Rule):
    """A mapping fits into its function's concurrency."""

    id = "W9337"
    shortdesc = "Mapping that calls more functions at once than are reserved"
    description = (
        "Calls above ReservedConcurrentExecutions are throttled, and throttled messages use up their "
        "receives and end as dead letters."
    )
    source_url = "https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html"
    tags = ("resources", "lambda", "eventsourcemapping", "concurrency")
    items = ("S3.18",)

    def check(self, document: Document) -> Iterator[Problem]:
        """Numbers that are both written."""
        for mapping in queues(document):
            most = mapping.properties.one("ScalingConfig", "MaximumConcurrency")
            called = target(document, mapping.properties.raw("FunctionName").value)
            wanted = number(most.value)
            reserved = (
                number(called.function.properties.one("ReservedConcurrentExecutions").value)
                if called
                else None
            )
            if called and wanted is not None and reserved is not None and wanted > reserved:
                yield most.problem(
                    f"set MaximumConcurrency to {reserved:g} or less, the ReservedConcurrentExecutions"
                    f" of {called.function.id}"
                )
