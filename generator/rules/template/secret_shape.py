"""E9010: a credential in the template."""

from __future__ import annotations

from collections.abc import Iterator

from generator.rules._document import Document, Problem
from generator.rules._rule import Rule
from generator.rules.template._secrets import shape, texts

SECTIONS = ("Description", "Metadata", "Parameters", "Mappings", "Globals", "Resources", "Outputs")


class SecretShape(Rule):
    """Templates lie in repositories, buckets and the console."""

    id = "E9010"
    shortdesc = "Credential written into the template"
    description = (
        "Everybody who can read the repository, the artifact bucket or the stack has the credential."
    )
    source_url = "https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/security-best-practices.html"
    tags = ("secrets", "security")
    items = ("S1.8",)

    def check(self, document: Document) -> Iterator[Problem]:
        """Every such place."""
        for section in SECTIONS:
            for node in texts(document.root.raw(section)):
                kind = shape(node.value)
                if kind:
                    yield node.problem(
                        f"take {kind} out, change it, and read it from Secrets Manager at run time"
                    )
