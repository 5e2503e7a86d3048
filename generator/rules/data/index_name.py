"""E9221: index names that repeat."""

from __future__ import annotations

from collections.abc import Iterator

from generator.rules._document import Document, Problem
from generator.rules._rule import Rule
from generator.rules._values import is_text
from generator.rules.data._tables import indexes, tables


class IndexName(Rule):
    """Each index has a name of its own."""

    id = "E9221"
    shortdesc = "Two indexes of one table with the same name"
    description = (
        "Global and local indexes of a table share one set of names, and DynamoDB refuses the second."
    )
    source_url = "https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-dynamodb-table-globalsecondaryindex.html"
    tags = ("resources", "dynamodb", "index")
    items = ()

    def check(self, document: Document) -> Iterator[Problem]:
        """Names that are certain."""
        for table in tables(document):
            seen: set[str] = set()
            for _, index in indexes(table):
                name = index.one("IndexName")
                if is_text(name.value) and name.value in seen:
                    yield name.problem(f"give this index another name: {name.value} is taken")
                seen.add(str(name.value))
