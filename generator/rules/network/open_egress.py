"""W9803: a security group that lets every protocol out to everywhere."""

from __future__ import annotations

from collections.abc import Iterator

from generator.rules._document import Document, Problem
from generator.rules._rule import Rule
from generator.rules.network._rules import egress, ports, world


class OpenEgress(Rule):
    """Whoever gets in should not get out with the data."""

    id = "W9803"
    shortdesc = "Security group that lets everything out to everywhere"
    description = "Every port of every protocol to the whole Internet is the way out for whoever gets in."
    source_url = "https://docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html"
    tags = ("resources", "ec2", "security")
    items = ("S3.12",)

    def check(self, document: Document) -> Iterator[Problem]:
        """All ports to 0.0.0.0/0 or ::/0."""
        for rule in egress(document):
            if ports(rule) == (0, 65535):
                for place in world(rule):
                    yield place.problem(
                        "name the ports, and the groups, prefix lists or ranges to connect to"
                    )
