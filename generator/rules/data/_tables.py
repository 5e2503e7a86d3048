"""What DynamoDB tables and global tables have in common."""

from __future__ import annotations

from collections.abc import Iterator

from generator.rules._document import Document, Node, Resource
from generator.rules._values import is_text

TABLE = "AWS::DynamoDB::Table"
GLOBAL = "AWS::DynamoDB::GlobalTable"


def definitions(table: Resource) -> dict[str, Node] | None:
    """The element of AttributeDefinitions by attribute; None where not all of them are certain."""
    found: dict[str, Node] = {}
    if not certain_list(table.properties, "AttributeDefinitions"):
        return None
    for one in table.properties.each("AttributeDefinitions"):
        name = one.one("AttributeName").value
        if not is_text(name):
            return None
        found[name] = one
    return found


def certain_list(node: Node, *steps: str | int) -> bool:
    """Whether the list at ``steps``, and whether each element is in it, is certain."""
    found = node.one(*steps)
    if not found.known or found.absent:
        return found.absent
    if not isinstance(found.value, list):
        return isinstance(found.value, dict)
    return all(len(outcomes := found.raw(place).outcomes()) == 1 and outcomes[0].known
               for place in range(len(found.value)))  # fmt: skip


def indexes(table: Resource) -> Iterator[tuple[str, Node]]:
    """Kind (the property's name) and node of each secondary index."""
    for kind in ("GlobalSecondaryIndexes", "LocalSecondaryIndexes"):
        for index in table.properties.each(kind):
            yield kind, index


def key_elements(table: Resource) -> Iterator[Node]:
    """Each element of every KeySchema: the table's own, then its indexes'."""
    yield from table.properties.each("KeySchema")
    for _, index in indexes(table):
        yield from index.each("KeySchema")


def replicas(table: Resource) -> list[Node]:
    """The replicas of a global table that are written out."""
    return table.properties.each("Replicas")


def region(replica: Node) -> str:
    """The replica's region for a message, or the empty text where only a deployment knows it."""
    found = replica.one("Region").value
    return found if is_text(found) else ""


def tables(document: Document) -> Iterator[Resource]:
    """Tables and global tables."""
    return document.resources(TABLE, GLOBAL)
