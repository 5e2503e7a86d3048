"""Policies of resources that let everybody in."""

from __future__ import annotations

from collections.abc import Iterator

from generator.rules._document import Document, Node
from generator.rules._links import meant
from generator.rules._statements import Statement, covers, statements
from generator.rules._values import ABSENT


def public(document: Document, *types: str) -> Iterator[tuple[Statement, Node]]:
    """Statements of such policies that allow everybody, with the place of the principal."""
    for statement in statements(document, "resource"):
        place = statement.everybody()
        if place and statement.resource.type in types and statement.allows and not statement.narrowed():
            yield statement, place


def is_website(statement: Statement) -> bool:
    """Whether all that it allows is to read the files of a bucket that is a website."""
    actions = statement.actions()
    reads = bool(actions) and all(
        covers(one.value, "s3:GetObject") and not covers(one.value, "s3:PutObject") for one in actions
    )
    bucket = meant(statement.resource.properties.raw("Bucket"), "AWS::S3::Bucket")
    if not reads or bucket is None:
        return False
    return any(one.value is not ABSENT for one in bucket.properties.outcomes("WebsiteConfiguration"))
