"""W9748: weighted records whose weights come to nothing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from generator.rules._document import Document, Node, Problem
from generator.rules._rule import Rule
from generator.rules._values import number
from generator.rules.dns._records import records


class Weights(Rule):
    """Weights are shares of the whole."""

    id = "W9748"
    shortdesc = "Weighted records of which every weight is 0"
    description = "Where every weight is 0 all records get the same share, the one that was to rest included."
    source_url = (
        "https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/resource-record-sets-values-weighted.html"
    )
    tags = ("resources", "route53", "availability")
    items = ("S3.3",)

    def check(self, document: Document) -> Iterator[Problem]:
        """Groups of which every weight is certain."""
        groups: defaultdict[str, list[Node]] = defaultdict(list)
        for record in records(document):
            weight = record.one("Weight")
            if weight.known and not weight.absent:
                groups[repr([record.raw(part).value for part in ("Name", "Type")])].append(weight)
        for weights in groups.values():
            total = sum(number(weight.value) or 0 for weight in weights)
            if len(weights) > 1 and total == 0:
                yield weights[0].problem("give at least one record of this name a Weight above 0")
