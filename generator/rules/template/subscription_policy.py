"""W9021: a subscription that may be made before the queue lets it in."""

from __future__ import annotations

from collections.abc import Iterator

from generator.rules._document import Document, Problem
from generator.rules._links import meant, policies_of
from generator.rules._rule import Rule


class SubscriptionPolicy(Rule):
    """What is published in between is lost."""

    id = "W9021"
    shortdesc = "Queue subscription that does not wait for the queue's policy"
    description = "Messages that are published before the policy exists cannot be delivered, and are lost."
    source_url = "https://docs.aws.amazon.com/sns/latest/dg/subscribe-sqs-queue-to-sns-topic.html"
    tags = ("resources", "sns", "sqs", "dependencies")
    items = ("S2.2",)

    def check(self, document: Document) -> Iterator[Problem]:
        """Every such place."""
        for subscription in document.resources("AWS::SNS::Subscription"):
            queue = meant(subscription.properties.raw("Endpoint"), "AWS::SQS::Queue")
            policies = [one.id for one in policies_of(document, queue)] if queue else []
            if policies and not set(policies) & document.reaches(subscription.id):
                yield subscription.raw("DependsOn").problem(
                    f"add DependsOn: {policies[0]} to {subscription.id}"
                )
