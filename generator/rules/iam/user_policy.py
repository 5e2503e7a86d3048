"""I9136: a policy written into a user."""

from __future__ import annotations

from collections.abc import Iterator

from generator.rules._document import Document, Problem
from generator.rules._rule import Rule


class UserPolicy(Rule):
    """Rights belong to groups and roles."""

    id = "I9136"
    shortdesc = "Policy written into a user"
    description = "Rights of single users are forgotten when people change jobs."
    source_url = "https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_managed-vs-inline.html"
    tags = ("resources", "iam")

    def check(self, document: Document) -> Iterator[Problem]:
        """Every such place."""
        for user in document.resources("AWS::IAM::User"):
            for name in ("Policies", "ManagedPolicyArns"):
                if user.properties.each(name):
                    yield user.properties.raw(name).problem(f"move {name} to a group or a role")
        for policy in document.resources("AWS::IAM::UserPolicy"):
            yield policy.problem("write an AWS::IAM::GroupPolicy or a role's policy instead")
