"""E9140: a Deny of the requests that are right."""

from __future__ import annotations

from collections.abc import Iterator

from generator.rules._document import Document, Problem
from generator.rules._rule import Rule
from generator.rules._statements import statements
from generator.rules._values import truth


class DenyTls(Rule):
    """true is the value of requests with TLS."""

    id = "E9140"
    shortdesc = "Deny of requests with TLS"
    description = "Deny with aws:SecureTransport true refuses every HTTPS request, and lets plain HTTP pass."
    source_url = "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html"
    tags = ("resources", "iam", "tls")

    def check(self, document: Document) -> Iterator[Problem]:
        """Every such place."""
        for statement in statements(document):
            for condition in statement.conditions():
                means = condition.operator.lower() in ("bool", "boolifexists") and statement.denies
                if means and condition.key.lower() == "aws:securetransport":
                    for node in condition.values:
                        if truth(node.value) is True:
                            yield node.problem("write 'false': the statement means requests without TLS")
