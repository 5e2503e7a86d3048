"""E9340: a role that is not for functions."""

from __future__ import annotations

from collections.abc import Iterator

from generator.rules._document import Document, Problem
from generator.rules._rule import Rule
from generator.rules._values import is_text
from generator.rules.functions._functions import FUNCTION
from generator.rules.functions._grants import role_of


class RoleTrust(Rule):
    """A function's role trusts Lambda."""

    id = "E9340"
    shortdesc = "Function's role that Lambda may not assume"
    description = "Lambda refuses to create a function whose role does not trust lambda.amazonaws.com."
    source_url = "https://docs.aws.amazon.com/lambda/latest/dg/lambda-intro-execution-role.html"
    tags = ("resources", "lambda", "iam")
    items = ("S1.7",)

    def check(self, document: Document) -> Iterator[Problem]:
        """Roles of this template whose principals are all certain."""
        for function in document.resources(FUNCTION):
            role = role_of(document, function)
            if role is None or role.properties.raw("AssumeRolePolicyDocument").absent:
                continue
            trusted = [
                principal
                for statement in role.properties.each("AssumeRolePolicyDocument", "Statement")
                for principal in statement.each("Principal", "Service")
                or [statement.one("Principal", "Service")]
                if statement.one("Effect").value != "Deny"
            ]
            certain = trusted and all(one.absent or is_text(one.value) for one in trusted)
            if certain and not any(str(one.value).startswith("lambda.") for one in trusted):
                yield function.properties.raw("Role").problem(
                    f"name a role that trusts lambda.amazonaws.com: {role.id} does not"
                )
