"""The zones that a list of subnets lies in."""

from __future__ import annotations

from generator.rules._document import Document, Node, Resource
from generator.rules._values import function_of


def zones(document: Document, subnets: Node) -> frozenset[str] | None:
    """Zones as they are written, each once; None where one subnet or its zone is not certain."""
    if not isinstance(subnets.value, list) or not subnets.value:
        return None
    found = set()
    for value in subnets.value:
        subnet = document.named(value, "AWS::EC2::Subnet") if function_of(value) else None
        zone = None if subnet is None else _zone(subnet)
        if zone is None:
            return None
        found.add(zone)
    return frozenset(found)


def _zone(subnet: Resource) -> str | None:
    """A literal, or an expression such as Fn::Select of Fn::GetAZs: zones differ where their texts do."""
    for name in ("AvailabilityZone", "AvailabilityZoneId"):
        written = subnet.properties.raw(name)
        if written.absent:
            continue
        if isinstance(written.value, str):
            return written.value
        chosen = function_of(written.value)
        if chosen and chosen[0] in {"Fn::Select", "Fn::Sub", "Fn::Join"}:
            if chosen[0] == "Fn::Select" and isinstance(chosen[1], list) and len(chosen[1]) == 2:
                # The own region's zones are "" or {Ref: AWS::Region}, and an index may be a text.
                zones_of = chosen[1][1]
                own = zones_of in ({"Fn::GetAZs": ""}, {"Fn::GetAZs": {"Ref": "AWS::Region"}})
                return f"{chosen[1][0]} of {'here' if own else zones_of!r}"
            return repr(written.value)
    return None
