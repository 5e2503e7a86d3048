"""E9332: a filter that lets nothing through."""

from __future__ import annotations

import json
from collections.abc import Iterator

from generator.rules._document import Document, Problem
from generator.rules._rule import Rule
from generator.rules._values import is_text
from generator.rules.functions._filters import faults
from generator.rules.functions._mappings import MAPPING, source_kind


class FilterPattern(Rule):
    """A filter lets something through."""

    id = "E9332"
    shortdesc = "Filter that Lambda refuses or that nothing matches"
    description = (
        "A refused pattern fails the deployment; one that nothing matches drops every record without a word."
    )
    source_url = "https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventfiltering.html"
    tags = ("resources", "lambda", "eventsourcemapping", "filter")
    items = ("S0.4",)

    def check(self, document: Document) -> Iterator[Problem]:
        """Patterns that are JSON for certain, though parts of their texts may not be.

        Keys of DynamoDB and SQS records.
        """
        for mapping in document.resources(MAPPING):
            kind = source_kind(document, mapping)
            table = document.named(
                mapping.properties.raw("EventSourceArn").value,
                "AWS::DynamoDB::Table",
                "AWS::DynamoDB::GlobalTable",
            )
            view = table.properties.one("StreamSpecification", "StreamViewType").value if table else ""
            for one in mapping.properties.each("FilterCriteria", "Filters"):
                pattern = one.one("Pattern")
                if not isinstance(pattern.value, str):
                    continue
                try:
                    found = json.loads(pattern.value)
                except ValueError:
                    if is_text(pattern.value):
                        yield pattern.problem("write the pattern as a JSON object")
                    continue
                for message in faults(found, kind, view if is_text(view) else ""):
                    yield pattern.problem(message)
