"""W9902: a task that gives up at the first hiccup."""

from __future__ import annotations

from collections.abc import Iterator

from generator.rules._document import Document, Problem
from generator.rules._rule import Rule
from generator.rules.workflow._machines import tasks


class TaskRetry(Rule):
    """Services throttle and restart; that is no failure of the workflow."""

    id = "W9902"
    shortdesc = "State-machine task without a retry"
    description = "One throttled call or one restart of a service fails the whole execution."
    source_url = "https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html"
    tags = ("resources", "stepfunctions", "availability")
    items = ("S3.15",)

    def check(self, document: Document) -> Iterator[Problem]:
        """Tasks without Retry, or with an empty one."""
        for task in tasks(document):
            retriers = task.content.get("Retry")
            tries = [one for one in retriers if _tries(one)] if isinstance(retriers, list) else retriers
            if not tries:
                yield Problem(
                    task.path, f"add to the task {task.name} a Retry with BackoffRate and MaxAttempts"
                )


def _tries(retrier: object) -> bool:
    """False for MaxAttempts 0, which is for errors that are not to be tried again."""
    return not (isinstance(retrier, dict) and retrier.get("MaxAttempts") == 0)
