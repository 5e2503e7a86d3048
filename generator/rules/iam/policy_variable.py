"""E9138: a policy variable that is taken for text."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from generator.rules._document import Document, Problem
from generator.rules._rule import Rule
from generator.rules._statements import documents

VARIABLE = re.compile(r"\$\{!?(?:aws|s3|ec2|cognito-identity[^}]*|saml|www\.amazon\.com):[A-Za-z]")


class PolicyVariable(Rule):
    """Variables came with the version 2012-10-17."""

    id = "E9138"
    shortdesc = "Policy variable in a policy of the old version"
    description = (
        "Without Version 2012-10-17 a variable such as ${aws:username} is plain text, and fits nobody."
    )
    source_url = "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html"
    tags = ("resources", "iam")

    def check(self, document: Document) -> Iterator[Problem]:
        """Every such place."""
        for _, policy in documents(document):
            old = policy.wrong("Version", unless=lambda value: value == "2012-10-17")
            text = json.dumps(policy.value, default=str)
            if old and VARIABLE.search(text):
                yield old.problem("set Version to '2012-10-17'")
