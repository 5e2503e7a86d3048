"""W9135: an access key in a template."""

from __future__ import annotations

from collections.abc import Iterator

from generator.rules._document import Document, Problem
from generator.rules._rule import Rule


class AccessKey(Rule):
    """Roles give keys that expire by themselves."""

    id = "W9135"
    shortdesc = "Access key of a user"
    description = (
        "The secret stays valid until somebody thinks of it, and passes through the stack's attributes."
    )
    source_url = "https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html"
    tags = ("resources", "iam", "security")
    items = ("S1.8",)

    def check(self, document: Document) -> Iterator[Problem]:
        """Every such place."""
        for key in document.resources("AWS::IAM::AccessKey"):
            yield key.problem("use a role with temporary credentials instead of AWS::IAM::AccessKey")
