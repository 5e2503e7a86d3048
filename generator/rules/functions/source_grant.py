"""E9333: a role that cannot read what is mapped."""

from __future__ import annotations

from collections.abc import Iterator

from generator.rules._document import Document, Problem, Resource
from generator.rules._rule import Rule
from generator.rules.functions._functions import target
from generator.rules.functions._grants import grants, may, role_of
from generator.rules.functions._mappings import MAPPING

ACTIONS = {
    "dynamodb": ("dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator"),
    "kinesis": ("kinesis:GetRecords", "kinesis:GetShardIterator"),
    "sqs": ("sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ReceiveMessage"),
}
SOURCES = {
    "AWS::DynamoDB::GlobalTable": "dynamodb",
    "AWS::DynamoDB::Table": "dynamodb",
    "AWS::Kinesis::Stream": "kinesis",
    "AWS::SQS::Queue": "sqs",
}


class SourceGrant(Rule):
    """The function may read its source."""

    id = "E9333"
    shortdesc = "Function's role may not read the mapping's source"
    description = (
        "Lambda reads with the function's role: without the permissions the mapping is not created, or "
        "stops at once."
    )
    source_url = "https://docs.aws.amazon.com/lambda/latest/dg/lambda-intro-execution-role.html"
    tags = ("resources", "lambda", "eventsourcemapping", "iam")
    items = ("S4.2",)

    def check(self, document: Document) -> Iterator[Problem]:
        """Roles, policies and sources that are all in this template.

        A grant on another resource of the template is none.
        """
        for mapping in document.resources(MAPPING):
            source = document.named(mapping.properties.raw("EventSourceArn").value, *SOURCES)
            called = target(document, mapping.properties.raw("FunctionName").value)
            role = role_of(document, called.function) if called else None
            granted = grants(document, role) if role else None
            if source is None or role is None or granted is None:
                continue
            kind = SOURCES[source.type]
            missing = [
                one
                for one in ACTIONS[kind]
                if not may(document, granted, one, source, parts=kind == "dynamodb")
            ]
            if missing:
                yield role.properties.problem(
                    f"allow {', '.join(missing)} on {_arn(source)}, which {mapping.id} reads"
                )


def _arn(source: Resource) -> str:
    return f"{source.id}.{'StreamArn' if source.type.startswith('AWS::DynamoDB') else 'Arn'}"
