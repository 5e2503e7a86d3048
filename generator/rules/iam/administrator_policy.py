"""E9107: a managed policy that makes an administrator."""

from __future__ import annotations

from collections.abc import Iterator

from generator.rules._document import Document, Problem
from generator.rules._rule import Rule
from generator.rules.iam._managed import ADMINISTRATORS, managed_policies


class AdministratorPolicy(Rule):
    """With these whoever has the role owns the account."""

    id = "E9107"
    shortdesc = "Managed policy that makes an administrator"
    description = (
        "AdministratorAccess, PowerUserAccess and IAMFullAccess give the whole account to whoever has"
        " the role."
    )
    source_url = "https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_job-functions.html"
    tags = ("resources", "iam", "security")
    items = ("S1.7", "S2.7")

    def check(self, document: Document) -> Iterator[Problem]:
        """Every such place."""
        for node, name in managed_policies(document):
            if name in ADMINISTRATORS:
                yield node.problem(
                    f"replace {name} by a policy with the actions and resources that are needed"
                )
