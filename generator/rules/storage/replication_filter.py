"""E9706: a replication rule with a Filter lacks what S3 then asks for."""

from __future__ import annotations

from collections.abc import Iterator

from generator.rules._document import Document, Problem
from generator.rules._rule import Rule
from generator.rules._values import ABSENT
from generator.rules.storage._replication import replication_rules


class ReplicationFilter(Rule):
    """The two forms of a rule do not mix."""

    id = "E9706"
    shortdesc = "Replication rule with Filter and without DeleteMarkerReplication or Priority"
    description = (
        "A rule of the newer form, with Filter, is refused without DeleteMarkerReplication and Priority."
    )
    source_url = (
        "https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/"
        "aws-properties-s3-bucket-replicationrule.html"
    )
    tags = ("resources", "s3", "replication")
    items = ("S3.2",)

    def check(self, document: Document) -> Iterator[Problem]:
        """One finding a rule."""
        for _, rule in replication_rules(document):
            if rule.one("Filter").value is ABSENT:
                continue
            missing = [name for name in ("DeleteMarkerReplication", "Priority") if rule.one(name).absent]
            if missing:
                yield rule.problem(f"add {' and '.join(missing)}, which a rule with Filter must have")
