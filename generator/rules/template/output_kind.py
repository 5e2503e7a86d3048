"""E9018: an output that is not what its name says."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from generator.rules._document import Document, Problem
from generator.rules._rule import Rule
from generator.rules._values import function_of

# What Ref gives for each type, from the "Return values" of its page, where that is no ARN.
REF: dict[str, str] = {
    "AWS::ApiGateway::RestApi": "id",
    "AWS::ApiGatewayV2::Api": "id",
    "AWS::Cognito::UserPool": "id",
    "AWS::DynamoDB::GlobalTable": "name",
    "AWS::DynamoDB::Table": "name",
    "AWS::ECR::Repository": "name",
    "AWS::ECS::Cluster": "name",
    "AWS::Events::EventBus": "name",
    "AWS::Events::Rule": "name",
    "AWS::IAM::Role": "name",
    "AWS::IAM::User": "name",
    "AWS::KMS::Key": "id",
    "AWS::Kinesis::Stream": "name",
    "AWS::Lambda::Function": "name",
    "AWS::Logs::LogGroup": "name",
    "AWS::RDS::DBCluster": "id",
    "AWS::RDS::DBInstance": "id",
    "AWS::S3::Bucket": "name",
    "AWS::SQS::Queue": "url",
    "AWS::Serverless::Function": "name",
}


class OutputKind(Rule):
    """Whoever reads an Arn output puts it where an ARN belongs."""

    id = "E9018"
    shortdesc = "Output that gives another thing than its name says"
    description = "An output named Arn that holds a name, or a Url that holds an ARN, fails where it is used."
    source_url = "https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-ref.html"
    tags = ("outputs",)
    items = ("S1.2", "S2.3")

    def check(self, document: Document) -> Iterator[Problem]:
        """Every such place."""
        for name, output in document.section("Outputs"):
            value = output.raw("Value")
            advice = _wrong(document, name, function_of(value.value))
            if advice:
                yield value.problem(advice)


def _wrong(document: Document, name: str, value: tuple[str, Any] | None) -> str | None:
    match value:
        case ("Ref", str() as target) if target in document.all_resources:
            given = REF.get(document.all_resources[target].type)
            if given and ARN.search(name):
                return f"give {{Fn::GetAtt: [{target}, Arn]}}: Ref is the {given}"
            if given in ("id", "name") and URL.search(name):
                return f"give the URL: Ref of {target} is its {given}"
            if given == "url" and NAME.search(name):
                return f"give {{Fn::GetAtt: [{target}, QueueName]}}: Ref is the URL"
        case ("Fn::GetAtt", [str() as target, "Arn"]) if URL.search(name) or NAME.search(name):
            return f"give what {name} says: the attribute Arn of {target} is its ARN"
        case ("Fn::GetAtt", str() as dotted) if dotted.endswith(".Arn") and (
            URL.search(name) or NAME.search(name)
        ):
            return f"give what {name} says: {dotted} is an ARN"
    return None


ARN = re.compile(r"(?:[a-z0-9]Arn|ARN|^Arn)$")
URL = re.compile(r"(?:[a-z0-9]Url|URL|^Url)$")
NAME = re.compile(r"(?:[a-z0-9]Name)$")
