"""E9117: a function that everybody may invoke."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from generator.rules._document import Document, Problem
from generator.rules._rule import Rule
from generator.rules._values import ABSENT

NARROWING = (
    "SourceArn",
    "SourceAccount",
    "PrincipalOrgID",
    "EventSourceToken",
    "FunctionUrlAuthType",
    "InvokedViaFunctionUrl",
)


class PermissionEverybody(Rule):
    """A function's callers are services, roles and accounts that are named."""

    id = "E9117"
    shortdesc = "Function that everybody may invoke"
    description = "With principal * any AWS account can invoke the function."
    source_url = "https://docs.aws.amazon.com/lambda/latest/dg/access-control-resource-based.html"
    tags = ("resources", "lambda", "iam", "security", "public")

    def check(self, document: Document) -> Iterator[Problem]:
        """Every such place."""
        for permission in document.resources("AWS::Lambda::Permission"):
            one = permission.properties
            for place in one.some("Principal", that=lambda value: value == "*"):
                if all(one.wrong(name, unless=_is_there) for name in NARROWING):
                    yield place.problem("name the service or account in Principal, or add PrincipalOrgID")


def _is_there(value: Any) -> bool:
    return value not in (ABSENT, "*", False)
