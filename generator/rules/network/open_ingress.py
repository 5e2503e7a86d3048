"""E9801: a security group that lets everybody in."""

from __future__ import annotations

from collections.abc import Iterator

from generator.rules._document import Document, Problem
from generator.rules._rule import Rule
from generator.rules.network._rules import ingress, is_public, world


class OpenIngress(Rule):
    """Only web ports are for everybody."""

    id = "E9801"
    shortdesc = "Security group open to the world"
    description = "Everybody on the Internet may open connections to ports that are not for the public."
    source_url = "https://docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html"
    tags = ("resources", "ec2", "security")
    items = ("S3.12",)

    def check(self, document: Document) -> Iterator[Problem]:
        """Rules for 0.0.0.0/0 or ::/0 with any port but 80 and 443; ICMP is left alone."""
        for rule in ingress(document):
            if not is_public(rule):
                for place in world(rule):
                    yield place.problem(
                        "name the security group or the range that may connect instead of everybody"
                    )
