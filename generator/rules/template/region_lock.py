"""E9003: a template of ours that deploys in any region."""

from __future__ import annotations

from collections.abc import Iterator

from generator.rules._document import Document, Problem
from generator.rules._rule import Rule
from generator.rules.template._regions import region_locks


class RegionLock(Rule):
    """Names, ARNs and peers in the template are those of one region."""

    id = "E9003"
    shortdesc = "Template without a rule that holds it to its region"
    description = (
        "Deployed in another region by mistake, the stack gets names and peers of the region it was "
        "rendered for."
    )
    source_url = "https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/rules-section-structure.html"
    tags = ("rules", "region", "convention")
    items = ("S0.1", "S1.5")

    def check(self, document: Document) -> Iterator[Problem]:
        """Every such place."""
        region = document.gen.get("Region")
        if not isinstance(region, str):
            return
        locks = list(region_locks(document))
        if not locks:
            yield document.root.raw("Rules").problem(
                f"add a rule that asserts {{Fn::Contains: [[{region}], {{Ref: AWS::Region}}]}}"
            )
        for place, regions in locks:
            if regions != [region]:
                yield place.problem(
                    f"assert that AWS::Region is {region}, for which the template was rendered"
                )
