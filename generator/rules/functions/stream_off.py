"""E9330: a mapping to a stream that is off."""

from __future__ import annotations

from collections.abc import Iterator

from generator.rules._document import Document, Problem
from generator.rules._rule import Rule
from generator.rules._values import ABSENT, function_of
from generator.rules.functions._mappings import MAPPING


class StreamOff(Rule):
    """The table that is read has a stream."""

    id = "E9330"
    shortdesc = "Mapping to the stream of a table that has none"
    description = "The table's StreamArn does not exist without StreamSpecification: the stack fails."
    source_url = "https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Streams.html"
    tags = ("resources", "lambda", "eventsourcemapping", "dynamodb")
    items = ("S0.4",)

    def check(self, document: Document) -> Iterator[Problem]:
        """Tables of this template."""
        for mapping in document.resources(MAPPING):
            place = mapping.properties.raw("EventSourceArn")
            table = document.named(place.value, "AWS::DynamoDB::Table", "AWS::DynamoDB::GlobalTable")
            if table is None:
                continue
            off = table.properties.wrong("StreamSpecification", unless=lambda value: value is not ABSENT)
            if off and function_of(place.value) is not None:
                yield off.problem(
                    f"set StreamSpecification.StreamViewType: {mapping.id} reads this table's stream"
                )
            elif function_of(place.value) == ("Fn::GetAtt", [table.id, "Arn"]):
                yield place.problem(f"name the stream, !GetAtt {table.id}.StreamArn, not the table")
