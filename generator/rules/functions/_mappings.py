"""Event source mappings, and what kind of source each reads."""

from __future__ import annotations

from collections.abc import Iterator

from generator.rules._document import Document, Resource
from generator.rules._values import ABSENT, truth

MAPPING = "AWS::Lambda::EventSourceMapping"
QUEUE = "AWS::SQS::Queue"
BY_TYPE = {
    "AWS::DynamoDB::GlobalTable": "dynamodb",
    "AWS::DynamoDB::Table": "dynamodb",
    "AWS::Kinesis::Stream": "kinesis",
    "AWS::Kinesis::StreamConsumer": "kinesis",
    "AWS::SQS::Queue": "sqs",
}
# Each other kind of source cannot do without one of these.
OTHERS = (
    "AmazonManagedKafkaEventSourceConfig",
    "DocumentDBEventSourceConfig",
    "Queues",
    "SelfManagedEventSource",
    "Topics",
)


def source_kind(document: Document, mapping: Resource) -> str:
    """dynamodb, kinesis, sqs, or stream where it is one of the first two; "" where it is not certain."""
    written = mapping.properties.raw("EventSourceArn").value
    named = document.named(written, *BY_TYPE)
    if named is not None:
        return BY_TYPE[named.type]
    found = mapping.properties.one("EventSourceArn").value
    parts = found.split(":") if isinstance(found, str) else []
    if len(parts) > 5:
        return parts[2] if parts[2] in BY_TYPE.values() else ""
    if found is ABSENT or any(not mapping.properties.raw(name).absent for name in OTHERS):
        return ""
    return "" if mapping.properties.raw("StartingPosition").absent else "stream"


def streams(document: Document) -> Iterator[Resource]:
    """Mappings of DynamoDB and Kinesis streams."""
    for mapping in document.resources(MAPPING):
        if source_kind(document, mapping) in ("dynamodb", "kinesis", "stream"):
            yield mapping


def queues(document: Document) -> Iterator[Resource]:
    """Mappings of SQS queues."""
    for mapping in document.resources(MAPPING):
        if source_kind(document, mapping) == "sqs":
            yield mapping


def is_fifo(document: Document, mapping: Resource) -> bool:
    """Whether the mapping's queue is a FIFO queue for certain."""
    written = mapping.properties.raw("EventSourceArn").value
    queue = document.named(written, QUEUE)
    if queue is not None:
        return truth(queue.properties.one("FifoQueue").value) is True
    found = mapping.properties.one("EventSourceArn").value
    return isinstance(found, str) and found.endswith(".fifo")


def single(mapping: Resource) -> bool:
    """Whether each batch is one record, so that there is nothing to divide."""
    return any(str(node.value) == "1" for node in mapping.properties.outcomes("BatchSize"))
