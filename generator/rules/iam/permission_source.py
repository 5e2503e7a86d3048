"""W9116: a function that a service may invoke for anybody."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from generator.rules._document import Document, Problem
from generator.rules._rule import Rule
from generator.rules._values import ABSENT

SOURCES = ("SourceArn", "SourceAccount", "PrincipalOrgID", "EventSourceToken")


class PermissionSource(Rule):
    """A service acts for all its customers; the source says for which."""

    id = "W9116"
    shortdesc = "Function permission for a service without source"
    description = "An API, bucket, topic or rule of any account can invoke the function through the service."
    source_url = "https://docs.aws.amazon.com/lambda/latest/dg/permissions-function-services.html"
    tags = ("resources", "lambda", "iam", "security")
    items = ("S1.7",)

    def check(self, document: Document) -> Iterator[Problem]:
        """Every such place."""
        for permission in document.resources("AWS::Lambda::Permission"):
            one = permission.properties
            service = one.one("Principal")
            suffixes = (".amazonaws.com", ".amazonaws.com.cn")
            if not isinstance(service.value, str) or not service.value.endswith(suffixes):
                continue
            # A target group's own ARN would make a circle: it takes functions that already let it in.
            balanced = service.value.startswith("elasticloadbalancing.")
            if not balanced and all(one.wrong(name, unless=_is_there) for name in SOURCES):
                yield service.problem("add SourceArn with the ARN of what invokes the function")


def _is_there(value: Any) -> bool:
    return value is not ABSENT and value != "*"
