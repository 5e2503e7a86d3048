"""E9004: a rule that no region passes."""

from __future__ import annotations

from collections.abc import Iterator

from cfnlint.helpers import REGIONS

from generator.rules._document import Document, Problem
from generator.rules._rule import Rule
from generator.rules.template._regions import region_locks


class RegionRule(Rule):
    """The list of allowed regions has regions."""

    id = "E9004"
    shortdesc = "Rule on AWS::Region that lets no region through"
    description = "A misspelt region in the list locks out the one that was meant, or all of them."
    source_url = "https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/rules-section-structure.html"
    tags = ("rules", "region")
    items = ("S0.1",)

    def check(self, document: Document) -> Iterator[Problem]:
        """Every such place."""
        for place, regions in region_locks(document):
            wrong = sorted(one for one in regions if one not in REGIONS)
            if wrong:
                yield place.problem(f"write a region such as us-west-2 instead of '{wrong[0]}'")
            elif not regions:
                yield place.problem("list the regions that the template may be deployed in")
