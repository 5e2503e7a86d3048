"""I9113: a role that a whole foreign account may assume."""

from __future__ import annotations

import re
from collections.abc import Iterator

from generator.rules._document import Document, Problem
from generator.rules._rule import Rule
from generator.rules._statements import CALLER_KEYS, statements

FOREIGN = re.compile(r"\d{12}|arn:[^:]*:iam::\d{12}:root")


class TrustAccount(Rule):
    """An account id is no secret; an external id is a second check."""

    id = "I9113"
    shortdesc = "Role that another account may assume without an external id"
    description = "Any user of the other account who may assume roles can take this one."
    source_url = "https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html"
    tags = ("resources", "iam", "security")

    def check(self, document: Document) -> Iterator[Problem]:
        """Every such place."""
        for statement in statements(document, "trust"):
            if not statement.allows or statement.narrowed(
                CALLER_KEYS | {"sts:externalid", "aws:principaltag"}
            ):
                continue
            for kind, node in statement.principals():
                if kind == "AWS" and isinstance(node.value, str) and FOREIGN.fullmatch(node.value):
                    yield node.problem(
                        "add a Condition StringEquals sts:ExternalId, or name the role that may assume it"
                    )
