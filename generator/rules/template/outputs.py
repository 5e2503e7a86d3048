"""W9017: a stack of ours that does not say what it made."""

from __future__ import annotations

from collections.abc import Iterator

from generator.rules._document import Document, Problem
from generator.rules._rule import Rule

NAMED = (
    "AWS::ApiGateway::RestApi",
    "AWS::ApiGatewayV2::Api",
    "AWS::DynamoDB::GlobalTable",
    "AWS::DynamoDB::Table",
    "AWS::KMS::Key",
    "AWS::Lambda::Function",
    "AWS::RDS::DBInstance",
    "AWS::S3::Bucket",
    "AWS::SNS::Topic",
    "AWS::SQS::Queue",
    "AWS::StepFunctions::StateMachine",
)


class Outputs(Rule):
    """What others need to find is an output."""

    id = "W9017"
    shortdesc = "Resource that no output names"
    description = (
        "Deployments, checks and other stacks find resources through outputs; this one they cannot find."
    )
    source_url = (
        "https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/outputs-section-structure.html"
    )
    tags = ("outputs", "convention")
    items = ("S1.2", "S2.3")

    def check(self, document: Document) -> Iterator[Problem]:
        """Every such place."""
        if not document.gen:
            return
        values = [node.raw("Value").value for _, node in document.section("Outputs")]
        for resource in document.resources(*NAMED):
            if all(document.named(value, resource.type) != resource for value in values):
                yield document.root.raw("Outputs").problem(f"add an output that names {resource.id}")
