"""W9209: a replica without point-in-time recovery."""

from __future__ import annotations

from collections.abc import Iterator

from generator.rules._document import Document, Problem
from generator.rules._rule import Rule
from generator.rules._values import truth
from generator.rules.data._tables import GLOBAL, region, replicas


class ReplicaRecovery(Rule):
    """Every replica can be brought back."""

    id = "W9209"
    shortdesc = "Replica of a global table without point-in-time recovery"
    description = (
        "Recovery is each replica's own: a deletion is replicated everywhere, and only a replica that has"
        " it can be brought back."
    )
    source_url = (
        "https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Point-in-time-recovery.html"
    )
    tags = ("resources", "dynamodb", "recovery")
    items = ("S3.1", "S2.5")

    def check(self, document: Document) -> Iterator[Problem]:
        """Each replica that is written out."""
        for table in document.resources(GLOBAL):
            for replica in replicas(table):
                place = replica.wrong(
                    "PointInTimeRecoverySpecification",
                    "PointInTimeRecoveryEnabled",
                    unless=lambda value: truth(value) is True,
                )
                if place:
                    name = region(replica)
                    yield place.problem(
                        "set PointInTimeRecoverySpecification.PointInTimeRecoveryEnabled of replica "
                        f"{name} to true"
                    )
