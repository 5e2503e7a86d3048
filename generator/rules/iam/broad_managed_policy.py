"""W9108: a managed policy on all of a service."""

from __future__ import annotations

from collections.abc import Iterator

from generator.rules._document import Document, Problem
from generator.rules._rule import Rule
from generator.rules.iam._managed import ADMINISTRATORS, BROAD, managed_policies


class BroadManagedPolicy(Rule):
    """AWS's policies cannot name the resources of one system."""

    id = "W9108"
    shortdesc = "Managed policy with full access to a service"
    description = (
        "The policy covers all resources of the service in the account, with actions that delete them."
    )
    source_url = "https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_managed-vs-inline.html"
    tags = ("resources", "iam", "security")
    items = ("S1.7", "S2.7")

    def check(self, document: Document) -> Iterator[Problem]:
        """Every such place."""
        for node, name in managed_policies(document):
            broad = name.endswith(("FullAccess", "_FullAccess", "FullControl")) or name in BROAD
            if broad and name not in ADMINISTRATORS:
                yield node.problem(
                    f"replace {name} by a policy with the actions and resources that are needed"
                )
