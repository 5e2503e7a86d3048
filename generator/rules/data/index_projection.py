"""E9220: a projection whose attributes do not fit its type."""

from __future__ import annotations

from collections.abc import Iterator

from generator.rules._document import Document, Problem
from generator.rules._rule import Rule
from generator.rules._values import ABSENT
from generator.rules.data._tables import indexes, tables


class IndexProjection(Rule):
    """NonKeyAttributes come with INCLUDE, and only with it."""

    id = "E9220"
    shortdesc = "Index projection and its attribute list contradict each other"
    description = "INCLUDE needs NonKeyAttributes, and ALL and KEYS_ONLY refuse them."
    source_url = "https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-dynamodb-table-projection.html"
    tags = ("resources", "dynamodb", "index")
    items = ()

    def check(self, document: Document) -> Iterator[Problem]:
        """Tables and global tables, global and local indexes."""
        for table in tables(document):
            for _, index in indexes(table):
                kind, attributes = (
                    index.one("Projection", "ProjectionType"),
                    index.one("Projection", "NonKeyAttributes"),
                )
                if not kind.known or not attributes.known:
                    continue
                given = attributes.value not in (ABSENT, [])
                if kind.value == "INCLUDE" and not given:
                    yield kind.problem("list NonKeyAttributes, or set ProjectionType to ALL or KEYS_ONLY")
                elif kind.value in ("ALL", "KEYS_ONLY") and given:
                    yield attributes.problem("remove NonKeyAttributes, or set ProjectionType to INCLUDE")
