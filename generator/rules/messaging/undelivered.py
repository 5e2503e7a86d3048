"""E9510: a queue or topic that does not let its sender in."""

from __future__ import annotations

from collections.abc import Iterator

from generator.rules._document import Document, Node, Problem, Resource
from generator.rules._links import grants_service, meant, policies_of, statements_on, unclear_policies
from generator.rules._rule import Rule
from generator.rules._statements import Statement, covers, listed
from generator.rules.messaging._publishers import publishers

SENDING = {"AWS::SQS::Queue": "sqs:SendMessage", "AWS::SNS::Topic": "sns:Publish"}


class Undelivered(Rule):
    """Who sends to it by this template may not."""

    id = "E9510"
    shortdesc = "Queue or topic that does not let its sender in"
    description = "The subscription, rule, notification or alarm is there, and not one message arrives."
    source_url = "https://docs.aws.amazon.com/sns/latest/dg/subscribe-sqs-queue-to-sns-topic.html"
    tags = ("resources", "sqs", "sns", "events")
    items = ("S2.2", "S3.4")

    def check(self, document: Document) -> Iterator[Problem]:
        """Every such place."""
        for target in document.resources("AWS::SQS::Queue", "AWS::SNS::Topic"):
            granted = statements_on(document, target)
            unclear = any(not one.known for one in _documents(document, target))
            if unclear or unclear_policies(document, target.type):
                continue
            for service, sender, place in publishers(document, target):
                # Without a policy of its own a topic lets the account's own services in.
                own = target.type == "AWS::SNS::Topic" and not policies_of(document, target)
                if not (own and service in ("cloudwatch", "events.rds")) and not _lets_in(
                    granted, service, sender, target
                ):
                    yield place.problem(
                        f"add a policy of {target.id} that allows {service}.amazonaws.com to send"
                    )
                    break


def _documents(document: Document, target: Resource) -> list[Node]:
    return [
        node
        for policy in policies_of(document, target)
        for node in policy.properties.outcomes("PolicyDocument", "Statement")
    ]


def _lets_in(granted: list[Statement], service: str, sender: Resource, target: Resource) -> bool:
    """Whether one statement allows the service to send, or may allow it; its source is another rule's."""
    for one in granted:
        actions = one.node.each("Action")
        sends = any(
            not isinstance(node.value, str) or any(covers(node.value, action) for action in SENDING.values())
            for node in actions
        )
        if sends and grants_service(one, service) and _on(one, target) and _from_sender(one, sender):
            return True
    return False


def _on(statement: Statement, target: Resource) -> bool:
    """False where the statement is on other queues or topics of the template alone."""
    written = statement.node.raw("Resource")
    named = [] if written.absent else [meant(node) for node in listed(written)]
    others = [one for one in named if one is not None and one.type == target.type and one != target]
    return not named or len(others) < len(named)


def _from_sender(statement: Statement, sender: Resource) -> bool:
    """False where the only sources that are let in are other resources of the same template."""
    sources = [
        node for one in statement.conditions() if one.key.lower() == "aws:sourcearn" for node in one.values
    ]
    named = [meant(node) for node in sources]
    peer = meant(sender.properties.raw("TopicArn")) if sender.type == "AWS::SNS::Subscription" else sender
    if not named or peer is None or any(one is None or one.type != peer.type for one in named):
        return True
    return any(one == peer for one in named)
