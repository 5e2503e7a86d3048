"""W9703: nobody would see that replication is late."""

from __future__ import annotations

from collections.abc import Iterator

from generator.rules._document import Document, Problem
from generator.rules._rule import Rule
from generator.rules.storage._replication import replication_rules


class ReplicationMetrics(Rule):
    """Metrics are what an alarm on late or failed replication reads."""

    id = "W9703"
    shortdesc = "Replication without metrics"
    description = (
        "Without metrics S3 publishes neither latency nor failures of replication, so nothing tells anyone "
        "that the copy in the other region is old."
    )
    source_url = "https://docs.aws.amazon.com/AmazonS3/latest/userguide/repl-metrics.html"
    tags = ("resources", "s3", "replication", "monitoring")
    items = ("S3.19",)

    def check(self, document: Document) -> Iterator[Problem]:
        """Rules whose destination has no metrics, or has them off."""
        for _, rule in replication_rules(document):
            place = rule.wrong("Destination", "Metrics", "Status", unless=lambda value: value == "Enabled")
            if place:
                yield place.problem("set Destination.Metrics.Status to Enabled")
