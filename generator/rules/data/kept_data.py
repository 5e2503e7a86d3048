"""W9202: a stateful resource that nothing keeps."""

from __future__ import annotations

from collections.abc import Iterator

from generator.rules._document import Document, Problem
from generator.rules._rule import Rule
from generator.rules.data._stateful import keeps, production, relaxed, stateful


class KeptData(Rule):
    """Data outlives the stack."""

    id = "W9202"
    shortdesc = "Stateful resource that is deleted with its stack"
    description = (
        "Removing the resource, replacing it or deleting the stack destroys its data; Delete is what "
        "CloudFormation does unless told."
    )
    source_url = (
        "https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-attribute-deletionpolicy.html"
    )
    tags = ("resources", "deletionpolicy", "recovery")
    items = ("S1.6", "S4.1")

    def check(self, document: Document) -> Iterator[Problem]:
        """Both policies together; where only one keeps the data there is another rule."""
        if production(document):
            return
        for resource in stateful(document):
            if keeps(resource, "DeletionPolicy") is False and keeps(resource, "UpdateReplacePolicy") is False:
                place = resource.outcomes("DeletionPolicy")[0]
                if not (relaxed(document) and place.value == "Delete"):
                    yield place.problem("set DeletionPolicy and UpdateReplacePolicy to Retain")
