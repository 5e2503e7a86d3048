"""E9125: a topic that everybody may use."""

from __future__ import annotations

from collections.abc import Iterator

from generator.rules._document import Document, Problem
from generator.rules._rule import Rule
from generator.rules.iam._public import public


class PublicTopicPolicy(Rule):
    """A topic's policy names who publishes and who subscribes."""

    id = "E9125"
    shortdesc = "Topic policy that lets everybody in"
    description = (
        "With principal * and no condition on the caller anybody can publish to the topic or read from it."
    )
    source_url = "https://docs.aws.amazon.com/sns/latest/dg/sns-security-best-practices.html"
    tags = ("resources", "sns", "security", "public")
    items = ("S1.7",)

    def check(self, document: Document) -> Iterator[Problem]:
        """Every such place."""
        for _, place in public(document, "AWS::SNS::TopicPolicy", "AWS::SNS::TopicInlinePolicy"):
            yield place.problem(
                "name the services or accounts, or add a Condition on aws:SourceArn or aws:SourceAccount"
            )
