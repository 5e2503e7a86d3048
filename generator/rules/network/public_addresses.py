"""W9804: a subnet that gives everything in it a public address."""

from __future__ import annotations

from collections.abc import Iterator

from generator.rules._document import Document, Problem
from generator.rules._rule import Rule
from generator.rules._values import truth


class PublicAddresses(Rule):
    """An address is the first half of being reachable."""

    id = "W9804"
    shortdesc = "Subnet that hands out public addresses"
    description = (
        "Every instance and interface in the subnet gets a public address without anybody deciding it."
    )
    source_url = "https://docs.aws.amazon.com/vpc/latest/userguide/subnet-public-ip.html"
    tags = ("resources", "ec2", "network", "security")

    def check(self, document: Document) -> Iterator[Problem]:
        """Where it is on for certain."""
        for subnet in document.resources("AWS::EC2::Subnet"):
            place = subnet.properties.wrong(
                "MapPublicIpOnLaunch", unless=lambda value: truth(value) is not True
            )
            if place:
                yield place.problem(
                    "remove MapPublicIpOnLaunch; give addresses to what is public, one by one"
                )
