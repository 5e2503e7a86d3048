"""E9215: keys and AttributeDefinitions of a global table differ."""

from __future__ import annotations

from collections.abc import Iterator

from generator.rules._document import Document, Node, Problem, Resource
from generator.rules._rule import Rule
from generator.rules._values import is_text
from generator.rules.data._tables import GLOBAL, certain_list, definitions, indexes, key_elements


class GlobalTableAttributes(Rule):
    """Every key is defined, and every definition used."""

    id = "E9215"
    shortdesc = "Global table's keys and attribute definitions do not match"
    description = (
        "DynamoDB refuses a key whose attribute is not defined, and a definition that no key or index "
        "uses; other attributes are not declared."
    )
    source_url = "https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-dynamodb-globaltable.html"
    tags = ("resources", "dynamodb")
    items = ("S3.1",)

    def check(self, document: Document) -> Iterator[Problem]:
        """Both directions, where all names are certain; cfn-lint does the same for AWS::DynamoDB::Table."""
        for table in document.resources(GLOBAL):
            defined = definitions(table)
            elements = [one.one("AttributeName") for one in key_elements(table)]
            if defined is None or not elements or not all(is_text(one.value) for one in elements):
                continue
            used = {one.value: one for one in elements}
            for name, place in used.items():
                if name not in defined:
                    yield place.problem(f"define {name} in AttributeDefinitions, or name a defined one")
            if not all(certain_list(node, name) for node, name in _schemas(table)):
                continue
            for name, node in defined.items():
                if name not in used:
                    yield node.problem(f"remove {name}: only attributes of keys and indexes are defined")


def _schemas(table: Resource) -> Iterator[tuple[Node, str]]:
    yield table.properties, "KeySchema"
    for kind in ("GlobalSecondaryIndexes", "LocalSecondaryIndexes"):
        yield table.properties, kind
    for _, index in indexes(table):
        yield index, "KeySchema"
