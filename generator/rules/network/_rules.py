"""Rules of security groups, inline and standing alone."""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import ip_network
from typing import Any

from generator.rules._document import Document, Node
from generator.rules._values import number

# Larger networks than these belong to nobody: they are the world, or a half or a quarter of it.
LARGEST = {4: 8, 6: 16}
PUBLIC = frozenset({80, 443})
ICMP = frozenset({"icmp", "icmpv6", "1", "58"})


def ingress(document: Document) -> Iterator[Node]:
    """Every rule that lets traffic in."""
    for group in document.resources("AWS::EC2::SecurityGroup"):
        yield from group.properties.each("SecurityGroupIngress")
    for rule in document.resources("AWS::EC2::SecurityGroupIngress"):
        yield rule.properties


def egress(document: Document) -> Iterator[Node]:
    """Every rule that lets traffic out."""
    for group in document.resources("AWS::EC2::SecurityGroup"):
        yield from group.properties.each("SecurityGroupEgress")
    for rule in document.resources("AWS::EC2::SecurityGroupEgress"):
        yield rule.properties


def world(rule: Node) -> list[Node]:
    """The places at which a rule means everybody, of IPv4 or IPv6."""
    return [place for name in ("CidrIp", "CidrIpv6") for place in rule.some(name, that=is_world)]


def ports(rule: Node) -> tuple[float, float] | None:
    """First and last port; None where they are not certain. All ports for a protocol without them."""
    protocol = rule.one("IpProtocol")
    if not protocol.known:
        return None
    if str(protocol.value) == "-1":
        return (0, 65535)
    first, last = number(rule.one("FromPort").value), number(rule.one("ToPort").value)
    if rule.one("FromPort").absent and rule.one("ToPort").absent:
        return (0, 65535)
    return None if first is None or last is None else (first, last)


def is_public(rule: Node) -> bool:
    """Whether a rule is for a port that may be everybody's, for ICMP, or for ports that are not certain."""
    span = ports(rule)
    protocol = str(rule.one("IpProtocol").value).lower()
    return span is None or protocol in ICMP or (span[0] == span[1] and span[0] in PUBLIC)


def is_world(value: Any) -> bool:
    """Whether a range of addresses is everybody, or close to it."""
    try:
        network = ip_network(value, strict=False) if isinstance(value, str) else None
    except ValueError:
        return False
    return network is not None and network.prefixlen < LARGEST[network.version]
