"""E9216: replicas of the wrong regions."""

from __future__ import annotations

from collections.abc import Iterator

from generator.rules._document import Document, Node, Problem
from generator.rules._rule import Rule
from generator.rules._values import is_text
from generator.rules.data._tables import GLOBAL, region, replicas

OWN = {"Ref": "AWS::Region"}


class ReplicaRegions(Rule):
    """One replica for each region, the stack's own among them."""

    id = "E9216"
    shortdesc = "Replicas that repeat a region or leave out the stack's own"
    description = (
        "Each region holds one replica, and the region in which CloudFormation makes the global table "
        "must be among them."
    )
    source_url = "https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-dynamodb-globaltable.html"
    tags = ("resources", "dynamodb", "regions")
    items = ("S3.1",)

    def check(self, document: Document) -> Iterator[Problem]:
        """The stack's own region is certain in templates that gen rendered."""
        for table in document.resources(GLOBAL):
            seen: dict[str, Node] = {}
            own = False
            for replica in replicas(table):
                place = replica.one("Region")
                if is_text(place.value) and place.value in seen:
                    yield place.problem(
                        f"remove this replica or change its region: {place.value} has one already"
                    )
                written = replica.raw("Region")
                if written.value == OWN and own:
                    yield written.problem(
                        "remove this replica or change its region: the stack's own has one already"
                    )
                own = own or written.value == OWN
                seen[region(replica)] = place
            home = document.gen.get("Region")
            if is_text(home) and seen and "" not in seen and home not in seen:
                yield table.properties.raw("Replicas").problem(
                    f"add a replica for {home}, the stack's own region"
                )
