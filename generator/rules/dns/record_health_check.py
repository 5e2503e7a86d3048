"""W9742: a record of several that stays in the answer when its target is down."""

from __future__ import annotations

from collections.abc import Iterator

from generator.rules._document import Document, Problem
from generator.rules._rule import Rule
from generator.rules._values import ABSENT, UNKNOWN, truth
from generator.rules.dns._records import records

CHECKED = ("Weight", "Failover", "Region", "MultiValueAnswer", "GeoLocation")


class RecordHealthCheck(Rule):
    """A record without a health check counts as healthy for ever."""

    id = "W9742"
    shortdesc = "Weighted, failover or latency record without a health check"
    description = (
        "Route 53 takes a record without a health check for healthy: clients go on being sent to a region "
        "that is down."
    )
    source_url = "https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/dns-failover-complex-configs.html"
    tags = ("resources", "route53", "availability")
    items = ("S3.3", "S3.17")

    def check(self, document: Document) -> Iterator[Problem]:
        """Records of a routing policy; the secondary of a failover pair needs none."""
        for record in records(document):
            policy = next((name for name in CHECKED if record.one(name).value not in (ABSENT, UNKNOWN)), None)
            if policy is None or record.one("Failover").value == "SECONDARY":
                continue
            evaluated = record.one("AliasTarget", "EvaluateTargetHealth").value
            unchecked = evaluated is not UNKNOWN and truth(evaluated) is not True
            if record.one("HealthCheckId").absent and unchecked:
                yield record.problem(f"give this record with {policy} a HealthCheckId of its own")
