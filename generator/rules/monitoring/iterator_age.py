"""W9632: a stream function that may fall behind unseen."""

from __future__ import annotations

from collections.abc import Iterator

from generator.rules._document import Document, Problem
from generator.rules._rule import Rule
from generator.rules._values import is_text
from generator.rules.functions._functions import target
from generator.rules.functions._mappings import streams
from generator.rules.monitoring._alarms import alarms, metrics
from generator.rules.monitoring._meaning import LAMBDA

AGES = {"IteratorAge", "GetRecords.IteratorAgeMilliseconds"}
FUNCTION = "AWS::Lambda::Function"


class IteratorAge(Rule):
    """Somebody learns that a stream is read too slowly."""

    id = "W9632"
    shortdesc = "Stream function whose delay no alarm watches"
    description = (
        "A consumer that fails or is too slow makes no error: it falls behind, until records expire unread."
    )
    source_url = "https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html"
    tags = ("resources", "cloudwatch", "alarm", "stream")
    items = ("S3.19", "S4.4")

    def check(self, document: Document) -> Iterator[Problem]:
        """Functions of this template that have alarms, and a mapping of a DynamoDB or Kinesis stream."""
        watching: dict[str, set[str]] = {}
        for alarm in alarms(document):
            for metric in metrics(alarm):
                if metric.name in AGES and metric.namespace != LAMBDA:
                    return
                for name, given in metric.dimensions():
                    function = document.named(given.value, FUNCTION) if name.value == "FunctionName" else None
                    if name.value == "FunctionName" and function is None and not is_text(given.one().value):
                        return
                    if function is not None:
                        watching.setdefault(function.id, set()).add(metric.name)
        told: set[str] = set()
        for mapping in streams(document):
            called = target(document, mapping.properties.raw("FunctionName").value)
            names = watching.get(called.function.id, set()) if called else set()
            if called and names and not names & AGES and called.function.id not in told:
                told.add(called.function.id)
                yield called.function.problem(
                    "add an alarm on IteratorAge of this function: its other alarms do not see it fall behind"
                )
