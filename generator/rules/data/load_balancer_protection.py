"""I9208: a load balancer that one call deletes."""

from __future__ import annotations

from collections.abc import Iterator

from generator.rules._document import Document, Problem
from generator.rules._rule import Rule
from generator.rules._values import truth


class LoadBalancerProtection(Rule):
    """Load balancers cannot be deleted by one call."""

    id = "I9208"
    shortdesc = "Load balancer without deletion protection"
    description = "Its DNS name is not given back: what is deleted by mistake comes back under another name."
    source_url = "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/edit-load-balancer-attributes.html"
    tags = ("resources", "elb", "recovery")
    items = ()

    def check(self, document: Document) -> Iterator[Problem]:
        """Attributes that are all written out."""
        for balancer in document.resources("AWS::ElasticLoadBalancingV2::LoadBalancer"):
            given = balancer.properties.one("LoadBalancerAttributes")
            pairs = [
                (one.one("Key"), one.one("Value"))
                for one in balancer.properties.each("LoadBalancerAttributes")
            ]
            own = [value for key, value in pairs if key.value == "deletion_protection.enabled"]
            if not given.known or any(not key.known for key, _ in pairs):
                continue
            if not own or (own[0].known and truth(own[0].value) is not True):
                place = own[0] if own else given
                yield place.problem("set the attribute deletion_protection.enabled to true")
