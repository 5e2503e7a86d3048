"""I9526: functions that leave their log groups to Lambda."""

from __future__ import annotations

from collections.abc import Iterator

from generator.rules._document import Document, Problem
from generator.rules._rule import Rule
from generator.rules.messaging._groups import FUNCTIONS, has_log_group


class FunctionLogs(Rule):
    """Lambda makes the group where nobody else does."""

    id = "I9526"
    shortdesc = "Function without its own log group"
    description = (
        "Lambda makes the group itself, without retention, key or deletion policy, and it survives the stack."
    )
    source_url = "https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs.html"
    tags = ("resources", "lambda", "logs")
    items = ("S2.11",)

    def check(self, document: Document) -> Iterator[Problem]:
        """Every such place."""
        functions = list(document.resources(*FUNCTIONS))
        without = [one for one in functions if not has_log_group(document, one)]
        # Where most functions have a group, W9525 speaks of the others.
        if not document.gen and 2 * len(without) > len(functions):
            for function in without:
                yield function.properties.problem(
                    "add an AWS::Logs::LogGroup and name it in LoggingConfig.LogGroup"
                )
