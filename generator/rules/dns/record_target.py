"""E9741: a record points at something that is no DNS name."""

from __future__ import annotations

from collections.abc import Iterator

from generator.rules._document import Document, Node, Problem
from generator.rules._rule import Rule
from generator.rules.dns._hosts import no_host
from generator.rules.dns._records import records, text_of


class RecordTarget(Rule):
    """ARNs, URLs and ids do not resolve."""

    id = "E9741"
    shortdesc = "DNS record whose target is no DNS name"
    description = (
        "An alias or CNAME leads to a host name; an ARN, a URL or an id is refused or never resolves."
    )
    source_url = (
        "https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/resource-record-sets-values-alias.html"
    )
    tags = ("resources", "route53")
    items = ("S3.3",)

    def check(self, document: Document) -> Iterator[Problem]:
        """Alias targets, and the values of CNAME records."""
        for record in records(document):
            targets = [record.raw("AliasTarget", "DNSName")]
            if text_of(record, "Type") == "CNAME":
                values = record.raw("ResourceRecords").value
                count = len(values) if isinstance(values, list) else 0
                targets += [record.raw("ResourceRecords", place) for place in range(count)]
            for target in targets:
                if not target.absent:
                    yield from _judged(document, target)


def _judged(document: Document, target: Node) -> Iterator[Problem]:
    for outcome in target.outcomes():
        reason = no_host(document, target.value, outcome.value)
        if reason:
            yield outcome.problem(
                f"give the target's host name, such as a custom domain's RegionalDomainName: this is {reason}"
            )
