"""I9123: a key with little time to think again."""

from __future__ import annotations

from collections.abc import Iterator

from generator.rules._document import Document, Problem
from generator.rules._rule import Rule
from generator.rules._values import number


class KeyWindow(Rule):
    """The waiting time is the only way back."""

    id = "I9123"
    shortdesc = "Key that is deleted after less than 14 days"
    description = (
        "A key whose deletion was scheduled by mistake is found by what fails, and that may take weeks."
    )
    source_url = "https://docs.aws.amazon.com/kms/latest/developerguide/deleting-keys.html"
    tags = ("resources", "kms", "recovery")
    items = ("S3.10",)

    def check(self, document: Document) -> Iterator[Problem]:
        """Every such place."""
        for key in document.resources("AWS::KMS::Key", "AWS::KMS::ReplicaKey"):
            for place in key.properties.some(
                "PendingWindowInDays", that=lambda value: (number(value) or 30) < 14
            ):
                yield place.problem("set PendingWindowInDays to 30, or leave it out")
