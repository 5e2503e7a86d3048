"""W9906: a state machine whose executions leave no log."""

from __future__ import annotations

from collections.abc import Iterator

from generator.rules._document import Document, Problem
from generator.rules._rule import Rule


class WorkflowLogging(Rule):
    """The console keeps the history of an execution for 90 days; express ones have none."""

    id = "W9906"
    shortdesc = "State machine without logs"
    description = (
        "Without a log group the history of an execution is gone after 90 days, or at once for Express."
    )
    source_url = "https://docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html"
    tags = ("resources", "stepfunctions", "monitoring")
    items = ("S3.15",)

    def check(self, document: Document) -> Iterator[Problem]:
        """Level absent or OFF."""
        for machine in document.resources("AWS::StepFunctions::StateMachine"):
            place = machine.properties.wrong(
                "LoggingConfiguration", "Level", unless=lambda value: value in ("ALL", "ERROR", "FATAL")
            )
            if place:
                yield place.problem("set LoggingConfiguration with Level and a log group in Destinations")
