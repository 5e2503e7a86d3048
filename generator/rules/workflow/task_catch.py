"""W9903: a task whose failure ends the execution with nobody told."""

from __future__ import annotations

from collections.abc import Iterator

from generator.rules._document import Document, Problem
from generator.rules._rule import Rule
from generator.rules.workflow._machines import tasks


class TaskCatch(Rule):
    """A caught error can be reported, and what was begun undone."""

    id = "W9903"
    shortdesc = "State-machine task without a catch"
    description = (
        "An error that no Catch takes ends the execution at once: nothing is undone, nobody is told."
    )
    source_url = "https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html"
    tags = ("resources", "stepfunctions", "availability")
    items = ("S3.15",)

    def check(self, document: Document) -> Iterator[Problem]:
        """Tasks without Catch of their own or of a Parallel or Map around them."""
        for task in tasks(document):
            if not task.content.get("Catch") and not task.caught_outside:
                yield Problem(task.path, f"add to the task {task.name} a Catch of States.ALL")
