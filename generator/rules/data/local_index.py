"""E9222: a local index that DynamoDB refuses."""

from __future__ import annotations

from collections.abc import Iterator

from generator.rules._document import Document, Node, Problem
from generator.rules._rule import Rule
from generator.rules._values import is_text
from generator.rules.data._tables import certain_list, tables


class LocalIndex(Rule):
    """A local index has the table's hash key."""

    id = "E9222"
    shortdesc = "Local index whose hash key is not the table's"
    description = (
        "A local index sorts the items of one partition anew: its hash key is the table's, and the table "
        "has a range key."
    )
    source_url = "https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/LSI.html"
    tags = ("resources", "dynamodb", "index")
    items = ()

    def check(self, document: Document) -> Iterator[Problem]:
        """Key schemas that are certain."""
        for table in tables(document):
            own = _schema(table.properties)
            for index in table.properties.each("LocalSecondaryIndexes"):
                keys = _schema(index)
                if None in (*own.values(), *keys.values()) or "HASH" not in own or "HASH" not in keys:
                    continue
                if keys["HASH"] != own["HASH"]:
                    yield index.raw("KeySchema").problem(
                        f"make {own['HASH']}, the table's hash key, the index's too, or make it a "
                        "global index"
                    )
                elif "RANGE" not in own or "RANGE" not in keys:
                    yield index.raw("KeySchema").problem(
                        "give the table and the index a range key each, or make it a global index"
                    )


def _schema(node: Node) -> dict[str, str | None]:
    """Attribute by key type; None where something is not certain."""
    if not certain_list(node, "KeySchema"):
        return {"": None}
    elements = [(one.one("KeyType").value, one.one("AttributeName").value) for one in node.each("KeySchema")]
    return {str(kind): name if is_text(name) and is_text(kind) else None for kind, name in elements}
