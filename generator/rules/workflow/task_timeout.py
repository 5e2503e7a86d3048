"""W9901: a task that may run for a year."""

from __future__ import annotations

from collections.abc import Iterator

from generator.rules._document import Document, Problem
from generator.rules._rule import Rule
from generator.rules.workflow._machines import tasks

LIMITS = ("TimeoutSeconds", "TimeoutSecondsPath")


class TaskTimeout(Rule):
    """Without a limit a task that lost its answer waits for 99,999,999 seconds."""

    id = "W9901"
    shortdesc = "State-machine task without a timeout"
    description = (
        "A task whose answer is lost holds its execution open, and nothing fails that an alarm could see."
    )
    source_url = "https://docs.aws.amazon.com/step-functions/latest/dg/sfn-best-practices.html"
    tags = ("resources", "stepfunctions", "availability")
    items = ("S3.15",)

    def check(self, document: Document) -> Iterator[Problem]:
        """Tasks with neither a limit of their own nor one that the input gives."""
        for task in tasks(document):
            if not any(name in task.content for name in LIMITS):
                yield Problem(task.path, f"set TimeoutSeconds of the task {task.name}")
