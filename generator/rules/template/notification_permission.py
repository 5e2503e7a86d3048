"""E9024: a bucket that may be made before it may notify."""

from __future__ import annotations

from collections.abc import Iterator

from generator.rules._document import Document, Problem, Resource
from generator.rules._links import meant, policies_of
from generator.rules._rule import Rule
from generator.rules._statements import places

TARGETS = (
    (("LambdaConfigurations", "*", "Function"), "AWS::Lambda::Function"),
    (("QueueConfigurations", "*", "Queue"), "AWS::SQS::Queue"),
    (("TopicConfigurations", "*", "Topic"), "AWS::SNS::Topic"),
)


class NotificationPermission(Rule):
    """S3 tries the target when the notification is set."""

    id = "E9024"
    shortdesc = "Bucket notification that does not wait for its permission"
    description = "S3 refuses a notification whose target does not let it in yet, and the deployment fails."
    source_url = (
        "https://docs.aws.amazon.com/AmazonS3/latest/userguide/grant-destinations-permissions-to-s3.html"
    )
    tags = ("resources", "s3", "lambda", "dependencies")
    items = ("S2.2",)

    def check(self, document: Document) -> Iterator[Problem]:
        """Every such place."""
        for bucket in document.resources("AWS::S3::Bucket"):
            for steps, kind in TARGETS:
                for node in places(bucket.properties, ("NotificationConfiguration", *steps)):
                    target = meant(node, kind)
                    leave = _leave(document, target) if target else []
                    if leave and not set(leave) & document.reaches(bucket.id):
                        yield node.problem(f"add DependsOn: {leave[0]} to {bucket.id}")


def _leave(document: Document, target: Resource) -> list[str]:
    """Ids of the permissions and policies that let S3 send to a target."""
    found = [
        one.id
        for one in document.resources("AWS::Lambda::Permission")
        if meant(one.properties.raw("FunctionName"), "AWS::Lambda::Function") == target
        if str(one.properties.one("Principal").value).startswith("s3.")
    ]
    return found or [one.id for one in policies_of(document, target)]
