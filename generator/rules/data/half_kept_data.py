"""W9203: a stateful resource that only one of the two policies keeps."""

from __future__ import annotations

from collections.abc import Iterator

from generator.rules._document import Document, Problem
from generator.rules._rule import Rule
from generator.rules.data._stateful import POLICIES, keeps, production, stateful


class HalfKeptData(Rule):
    """Data survives removal and replacement alike."""

    id = "W9203"
    shortdesc = "Stateful resource kept in one case and deleted in the other"
    description = (
        "DeletionPolicy speaks of removal, UpdateReplacePolicy of replacement: a changed key or name "
        "replaces the resource, and the other policy does not save its data."
    )
    source_url = "https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-attribute-updatereplacepolicy.html"
    tags = ("resources", "updatereplacepolicy", "recovery")
    items = ("S1.6", "S4.1")

    def check(self, document: Document) -> Iterator[Problem]:
        """Certain policies only."""
        if production(document):
            return
        for resource in stateful(document):
            kept = {policy: keeps(resource, policy) for policy in POLICIES}
            if set(kept.values()) == {True, False}:
                lost = next(policy for policy in POLICIES if kept[policy] is False)
                other = next(policy for policy in POLICIES if kept[policy])
                yield resource.outcomes(lost)[0].problem(
                    f"set {lost} so that it keeps the data, as {other} does"
                )
