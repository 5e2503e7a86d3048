"""DNS records, alone and in groups."""

from __future__ import annotations

from collections.abc import Iterator

from generator.rules._document import Document, Node

POLICIES = (
    "Weight",
    "Failover",
    "Region",
    "GeoLocation",
    "GeoProximityLocation",
    "MultiValueAnswer",
    "CidrRoutingConfig",
)


def records(document: Document) -> Iterator[Node]:
    """Each record set, as a resource of its own or in a group."""
    for resource in document.resources("AWS::Route53::RecordSet"):
        yield resource.properties
    for group in document.resources("AWS::Route53::RecordSetGroup"):
        yield from group.properties.each("RecordSets")


def text_of(record: Node, name: str) -> str:
    """The text of a property; empty where it is not certain."""
    value = record.one(name).value
    return value if isinstance(value, str) else ""
