"""E9517: a service that may not invoke the function it is told to."""

from __future__ import annotations

from collections.abc import Iterator

from generator.rules._document import Document, Problem
from generator.rules._invoke import uninvocable
from generator.rules._links import written
from generator.rules._rule import Rule
from generator.rules._statements import places

CALLERS: tuple[tuple[str, tuple[str, ...], str], ...] = (
    ("AWS::SecretsManager::RotationSchedule", ("RotationLambdaARN",), "secretsmanager.amazonaws.com"),
    ("AWS::Config::ConfigRule", ("Source", "SourceIdentifier"), "config.amazonaws.com"),
    (
        "AWS::IoT::TopicRule",
        ("TopicRulePayload", "Actions", "*", "Lambda", "FunctionArn"),
        "iot.amazonaws.com",
    ),
    ("AWS::CloudWatch::Alarm", ("AlarmActions", "*"), "lambda.alarms.cloudwatch.amazonaws.com"),
    *(
        ("AWS::Cognito::UserPool", ("LambdaConfig", one), "cognito-idp.amazonaws.com")
        for one in (
            "CreateAuthChallenge",
            "CustomMessage",
            "DefineAuthChallenge",
            "PostAuthentication",
            "PostConfirmation",
            "PreAuthentication",
            "PreSignUp",
            "PreTokenGeneration",
            "UserMigration",
            "VerifyAuthChallengeResponse",
        )
    ),
)


class CallerPermission(Rule):
    """Without the function's leave nothing happens, and nobody hears of it."""

    id = "E9517"
    shortdesc = "Function that does not let its caller in"
    description = "The rotation, trigger or rule is there, and the function is never invoked."
    source_url = "https://docs.aws.amazon.com/lambda/latest/dg/permissions-function-services.html"
    tags = ("resources", "lambda", "permission")
    items = ("S2.2",)

    def check(self, document: Document) -> Iterator[Problem]:
        """Every such place."""
        for kind, steps, service in CALLERS:
            for resource in document.resources(kind):
                for node in places(resource.properties, steps):
                    target = uninvocable(document, written(node), service)
                    if target is not None:
                        yield node.problem(f"add an AWS::Lambda::Permission of {target.id} for {service}")
