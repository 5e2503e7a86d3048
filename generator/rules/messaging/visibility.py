"""W9514: a message that is handed out again while it is worked on."""

from __future__ import annotations

from collections.abc import Iterator

from generator.rules._document import Document, Problem, Resource
from generator.rules._links import meant
from generator.rules._rule import Rule
from generator.rules._values import number
from generator.rules.template._grants import function_of_caller


class Visibility(Rule):
    """Retries and batching take their time too."""

    id = "W9514"
    shortdesc = "Queue whose visibility timeout is short for its function"
    description = (
        "With less than six times the function's timeout, throttled batches come back and run twice."
    )
    source_url = "https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html"
    tags = ("resources", "sqs", "lambda")
    items = ("S2.12",)

    def check(self, document: Document) -> Iterator[Problem]:
        """Every such place."""
        for mapping in document.resources("AWS::Lambda::EventSourceMapping"):
            queue = meant(mapping.properties.raw("EventSourceArn"), "AWS::SQS::Queue")
            function = function_of_caller(document, mapping.properties.raw("FunctionName").value)
            if queue is None or function is None:
                continue
            hidden, runs = _seconds(queue, "VisibilityTimeout", 30), _seconds(function, "Timeout", 3)
            # Shorter than the timeout itself is refused, and cfn-lint's E3505 says so.
            if hidden is not None and runs is not None and runs <= hidden < 6 * runs:
                place = queue.properties.raw("VisibilityTimeout")
                yield place.problem(
                    f"set VisibilityTimeout to {6 * runs:g} or more, six times the function's Timeout"
                )


def _seconds(resource: Resource, name: str, usual: float) -> float | None:
    node = resource.properties.one(name)
    return usual if node.absent else number(node.value)
