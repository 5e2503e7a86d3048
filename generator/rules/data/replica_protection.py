"""W9206: a replica without deletion protection."""

from __future__ import annotations

from collections.abc import Iterator

from generator.rules._document import Document, Problem
from generator.rules._rule import Rule
from generator.rules._values import truth
from generator.rules.data._stateful import relaxed
from generator.rules.data._tables import GLOBAL, region, replicas


class ReplicaProtection(Rule):
    """Every replica is protected."""

    id = "W9206"
    shortdesc = "Replica of a global table without deletion protection"
    description = (
        "Protection is each replica's own: one that has none can be deleted though its siblings cannot."
    )
    source_url = "https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-dynamodb-globaltable-replicaspecification.html"
    tags = ("resources", "dynamodb", "recovery")
    items = ("S3.1",)

    def check(self, document: Document) -> Iterator[Problem]:
        """Each replica that is written out."""
        if relaxed(document):
            return
        for table in document.resources(GLOBAL):
            for replica in replicas(table):
                place = replica.wrong("DeletionProtectionEnabled", unless=lambda value: truth(value) is True)
                if place:
                    yield place.problem(f"set DeletionProtectionEnabled of replica {region(replica)} to true")
