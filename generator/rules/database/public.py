"""E9852: a database with a public address."""

from __future__ import annotations

from collections.abc import Iterator

from generator.rules._document import Document, Problem
from generator.rules._rule import Rule
from generator.rules._values import truth

TYPES = (
    "AWS::RDS::DBInstance",
    "AWS::RDS::DBCluster",
    "AWS::Redshift::Cluster",
    "AWS::DMS::ReplicationInstance",
)


class PublicDatabase(Rule):
    """A database answers its applications, and nobody else."""

    id = "E9852"
    shortdesc = "Database with a public address"
    description = "A password, or a hole in the engine, is all that stands between the Internet and the data."
    source_url = (
        "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_VPC.WorkingWithRDSInstanceinaVPC.html"
    )
    tags = ("resources", "rds", "security")
    items = ("S3.14",)

    def check(self, document: Document) -> Iterator[Problem]:
        """Any branch in which it is public counts."""
        for database in document.resources(*TYPES):
            for place in database.properties.some(
                "PubliclyAccessible", that=lambda value: truth(value) is True
            ):
                yield place.problem("set PubliclyAccessible to false and connect from inside the VPC")
