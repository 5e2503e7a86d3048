"""W9802: a security group that lets everything out because nobody said otherwise."""

from __future__ import annotations

from collections.abc import Iterator

from generator.rules._document import Document, Problem
from generator.rules._rule import Rule


class ExplicitEgress(Rule):
    """EC2 adds a rule that allows all traffic out where the template has none."""

    id = "W9802"
    shortdesc = "Security group without explicit egress"
    description = (
        "A group without SecurityGroupEgress is given a rule that lets everything out to everywhere, and "
        "rules in resources of their own only add to it."
    )
    source_url = (
        "https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/"
        "aws-resource-ec2-securitygroup.html"
    )
    tags = ("resources", "ec2", "security")
    items = ("S3.12",)

    def check(self, document: Document) -> Iterator[Problem]:
        """Groups whose egress is absent, or an empty list, which EC2 takes for absent."""
        for group in document.resources("AWS::EC2::SecurityGroup"):
            place = group.properties.wrong("SecurityGroupEgress", unless=lambda value: not _is_empty(value))
            if place:
                yield place.problem(
                    "list in SecurityGroupEgress where this group may connect to; for nowhere, 127.0.0.1/32"
                )


def _is_empty(value: object) -> bool:
    return not isinstance(value, (dict, list)) or not value
