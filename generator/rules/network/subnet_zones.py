"""E9805: subnets that are to survive a zone, all of them in one."""

from __future__ import annotations

from collections.abc import Iterator

from generator.rules._document import Document, Problem
from generator.rules._rule import Rule
from generator.rules.network._zones import zones

GROUPS = {
    "AWS::DocDB::DBSubnetGroup": "SubnetIds",
    "AWS::Neptune::DBSubnetGroup": "SubnetIds",
    "AWS::RDS::DBSubnetGroup": "SubnetIds",
}


class SubnetZones(Rule):
    """Two subnets of one zone fail together."""

    id = "E9805"
    shortdesc = "Subnet group in one zone"
    description = "RDS refuses a subnet group of one zone, and what is in one zone fails with it."
    source_url = (
        "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_VPC.WorkingWithRDSInstanceinaVPC.html"
    )
    tags = ("resources", "network", "availability")
    items = ("S3.13", "S3.14")

    def check(self, document: Document) -> Iterator[Problem]:
        """Groups all of whose subnets and their zones are certain."""
        for group in document.resources(*GROUPS):
            name = GROUPS[group.type]
            found = zones(document, group.properties.raw(name))
            if found is not None and len(found) < 2:
                yield group.properties.raw(name).problem("list subnets of at least two zones")
