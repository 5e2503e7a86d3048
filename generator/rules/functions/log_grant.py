"""W9335: a role that cannot log."""

from __future__ import annotations

from collections.abc import Iterator

from generator.rules._document import Document, Problem
from generator.rules._rule import Rule
from generator.rules.functions._functions import FUNCTION
from generator.rules.functions._grants import granted_functions, may


class LogGrant(Rule):
    """What functions print is kept."""

    id = "W9335"
    shortdesc = "Function's role may not write logs"
    description = "The function works, and nothing that it prints or that goes wrong is seen anywhere."
    source_url = "https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs.html"
    tags = ("resources", "lambda", "iam", "logs")
    items = ("S4.2", "S4.4")

    def check(self, document: Document) -> Iterator[Problem]:
        """Roles and policies that are all in this template."""
        for function, role, granted in granted_functions(document, document.resources(FUNCTION)):
            missing = [
                one
                for one in ("logs:CreateLogStream", "logs:PutLogEvents")
                if not may(document, granted, one, None)
            ]
            if missing:
                yield role.properties.problem(f"allow {', '.join(missing)} on the log group of {function.id}")
