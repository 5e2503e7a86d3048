"""W9307: a VPC function of one zone."""

from __future__ import annotations

from collections.abc import Iterator

from generator.rules._document import Document, Node, Problem
from generator.rules._rule import Rule
from generator.rules._values import ABSENT, function_of
from generator.rules.functions._functions import FUNCTION


class OneZone(Rule):
    """Functions in a VPC have subnets in several zones."""

    id = "W9307"
    shortdesc = "Function in subnets of a single zone"
    description = "When that zone fails the function does; Lambda spreads over the zones it is given."
    source_url = "https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html"
    tags = ("resources", "lambda", "vpc", "availability")
    items = ("S3.13",)

    def check(self, document: Document) -> Iterator[Problem]:
        """A single subnet, or subnets of the template in the same zone."""
        for function in document.resources(FUNCTION):
            subnets = function.properties.one("VpcConfig", "SubnetIds")
            if not isinstance(subnets.value, list) or not subnets.value:
                continue
            zones = {_zone(document, subnets.raw(place)) for place in range(len(subnets.value))}
            if len(zones) == 1 and "" not in zones:
                yield subnets.problem("list subnets of two or more availability zones")


def _zone(document: Document, written: Node) -> str:
    """The same for subnets of one zone, and for one subnet; "" where there may be several."""
    if not _is_one(document, written):
        return ""
    subnet = document.named(written.value, "AWS::EC2::Subnet")
    for name in ("AvailabilityZone", "AvailabilityZoneId") if subnet else ():
        zone = subnet.raw("Properties", name).value if subnet else ABSENT
        if zone is not ABSENT:
            return repr(zone)
    return subnet.id if subnet else repr(written.value)


def _is_one(document: Document, written: Node) -> bool:
    match function_of(written.value):
        case ("Ref", str() as name):
            kind = document.root.raw("Parameters", name, "Type").value
            return not (isinstance(kind, str) and ("List" in kind))
        case ("Fn::If" | "Fn::Split" | "Fn::ForEach", _):
            return False
    return True
