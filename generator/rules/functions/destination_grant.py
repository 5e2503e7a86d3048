"""E9336: a role that cannot send what failed."""

from __future__ import annotations

from collections.abc import Iterator

from generator.rules._document import Document, Problem
from generator.rules._rule import Rule
from generator.rules.functions._functions import FUNCTION, target
from generator.rules.functions._grants import grants, may, role_of
from generator.rules.functions._mappings import MAPPING

SENDS = {"AWS::SQS::Queue": "sqs:SendMessage", "AWS::SNS::Topic": "sns:Publish"}
PLACES = {
    FUNCTION: ("DeadLetterConfig", "TargetArn"),
    MAPPING: ("DestinationConfig", "OnFailure", "Destination"),
    "AWS::Lambda::EventInvokeConfig": ("DestinationConfig", "OnFailure", "Destination"),
}


class DestinationGrant(Rule):
    """The function may send to where its failures go."""

    id = "E9336"
    shortdesc = "Function's role may not send to its dead-letter queue or destination"
    description = (
        "Lambda sends failed events with the function's role, and refuses a queue or topic that the role "
        "may not send to."
    )
    source_url = "https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html"
    tags = ("resources", "lambda", "iam", "recovery")
    items = ("S3.18",)

    def check(self, document: Document) -> Iterator[Problem]:
        """Queues, topics, roles and policies that are all in this template."""
        for resource in document.resources(*PLACES):
            place = resource.properties.raw(*PLACES[resource.type])
            sink = document.named(place.value, *SENDS) if not place.absent else None
            called = target(document, resource.properties.raw("FunctionName").value)
            function = resource if resource.type == FUNCTION else called.function if called else None
            role = role_of(document, function) if function else None
            granted = grants(document, role) if role else None
            if sink and role and granted is not None and not may(document, granted, SENDS[sink.type], sink):
                yield role.properties.problem(
                    f"allow {SENDS[sink.type]} on {sink.id}, to which {resource.id} sends what failed"
                )
