"""W9311: an asynchronous function that loses what it cannot process."""

from __future__ import annotations

from collections.abc import Iterator

from generator.rules._document import Document, Problem
from generator.rules._rule import Rule
from generator.rules._values import ABSENT
from generator.rules.functions._functions import asynchronous, functions, target

SERVICES = tuple(f"{one}.amazonaws.com" for one in ("events", "iot", "s3", "scheduler", "ses", "sns"))


class FailedEvents(Rule):
    """What a function cannot process is kept."""

    id = "W9311"
    shortdesc = "Asynchronous function without dead-letter queue or failure destination"
    description = "After two retries Lambda drops the event, and nobody learns what was in it."
    source_url = "https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html"
    tags = ("resources", "lambda", "recovery")
    items = ("S3.18",)

    def check(self, document: Document) -> Iterator[Problem]:
        """Functions that something calls like this, by the template's callers, permissions and settings."""
        kept: set[str] = set()
        called = {one.target.function.id for one in asynchronous(document)} | _permitted(document)
        for settings in document.resources("AWS::Lambda::EventInvokeConfig"):
            configured = target(document, settings.properties.raw("FunctionName").value)
            if configured is not None:
                called.add(configured.function.id)
                if not settings.properties.raw("DestinationConfig", "OnFailure").absent:
                    kept.add(configured.function.id)
        for function in functions(document):
            if function.id in called - kept:
                place = function.properties.wrong(
                    "DeadLetterConfig", "TargetArn", unless=lambda value: value is not ABSENT
                )
                if place:
                    yield place.problem(
                        "set DeadLetterConfig.TargetArn, or OnFailure in an AWS::Lambda::EventInvokeConfig"
                    )


def _permitted(document: Document) -> set[str]:
    """Functions that a service may call which does not wait for an answer."""
    found: set[str] = set()
    for permission in document.resources("AWS::Lambda::Permission"):
        if permission.properties.one("Principal").value in SERVICES:
            called = target(document, permission.properties.raw("FunctionName").value)
            found |= {called.function.id} if called else set()
    return found
