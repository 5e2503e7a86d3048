"""I9630: a resource that was forgotten."""

from __future__ import annotations

from collections.abc import Iterator

from generator.rules._document import Document, Problem, Resource
from generator.rules._rule import Rule
from generator.rules._values import is_text
from generator.rules.monitoring._alarms import alarms, metrics

KINDS = ("AWS::DynamoDB::Table", "AWS::Lambda::Function", "AWS::StepFunctions::StateMachine")


class Unwatched(Rule):
    """Siblings are watched alike."""

    id = "I9630"
    shortdesc = "Resource without an alarm, though its siblings have one"
    description = (
        "Somebody decided that resources of this kind are watched; this one came later and was forgotten."
    )
    source_url = "https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/AlarmThatSendsEmail.html"
    tags = ("resources", "cloudwatch", "alarm")
    items = ("S4.4",)

    def check(self, document: Document) -> Iterator[Problem]:
        """Functions, tables and state machines, where most of at least three, or the other of two, have an
        alarm.
        """
        watched_ids: set[str] = set()
        for alarm in alarms(document):
            for metric in metrics(alarm):
                for _, given in metric.dimensions():
                    found = document.named(given.value, *KINDS)
                    if found is None and not is_text(given.one().value):
                        return
                    watched_ids |= {found.id} if found else set()
        for kind in KINDS:
            siblings = [one for one in document.resources(kind) if not _is_framework(one)]
            without = [one for one in siblings if one.id not in watched_ids]
            if len(without) < len(siblings) - len(without) or (len(siblings) == 2 and len(without) == 1):
                for one in without:
                    yield one.problem("add an alarm for this resource, as its siblings have one")


def _is_framework(resource: Resource) -> bool:
    """Whether CDK added it for a purpose of its own."""
    path = resource.raw("Metadata", "aws:cdk:path").value
    return isinstance(path, str) and any(one in path for one in ("Custom::", "LogRetention", "framework-on"))
