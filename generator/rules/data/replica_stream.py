"""E9217: several replicas and no stream."""

from __future__ import annotations

from collections.abc import Iterator

from generator.rules._document import Document, Problem
from generator.rules._rule import Rule
from generator.rules._values import ABSENT
from generator.rules.data._tables import GLOBAL, replicas


class ReplicaStream(Rule):
    """Replication has a stream to read."""

    id = "E9217"
    shortdesc = "Global table of several replicas without a stream"
    description = (
        "Replication reads the stream; CloudFormation refuses more than one replica without "
        "StreamSpecification."
    )
    source_url = "https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-dynamodb-globaltable-streamspecification.html"
    tags = ("resources", "dynamodb", "stream")
    items = ("S3.1",)

    def check(self, document: Document) -> Iterator[Problem]:
        """NEW_AND_OLD_IMAGES is what replication needs; strong consistency does without."""
        for table in document.resources(GLOBAL):
            strong = table.properties.some(
                "MultiRegionConsistency", that=lambda value: value not in (ABSENT, "EVENTUAL")
            )
            if len(replicas(table)) < 2 or strong:
                continue
            place = table.properties.wrong(
                "StreamSpecification", "StreamViewType", unless=lambda value: value == "NEW_AND_OLD_IMAGES"
            )
            if place:
                yield place.problem("set StreamSpecification.StreamViewType to NEW_AND_OLD_IMAGES")
