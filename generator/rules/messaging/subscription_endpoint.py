"""E9518: an endpoint that is not of its protocol."""

from __future__ import annotations

import re
from collections.abc import Iterator

from generator.rules._document import Document, Node, Problem
from generator.rules._links import written
from generator.rules._rule import Rule
from generator.rules._values import HOLE, UNKNOWN, function_of

SHAPES = {
    "email": (re.compile(r"[^@\s]+@[^@\s]+"), "an e-mail address"),
    "email-json": (re.compile(r"[^@\s]+@[^@\s]+"), "an e-mail address"),
    "firehose": (re.compile(r"arn:[^:]*:firehose:.+"), "the ARN of a delivery stream"),
    "http": (re.compile(r"http://.+"), "a URL that begins with http://"),
    "https": (re.compile(r"https://.+"), "a URL that begins with https://"),
    "lambda": (re.compile(r"arn:[^:]*:lambda:.+"), "the ARN of a function"),
    "sms": (re.compile(r"\+?[\d -]+"), "a telephone number such as +12025550123"),
    "sqs": (re.compile(r"arn:[^:]*:sqs:.+"), "the ARN of a queue"),
}
NAMED_BY_REF = {"sqs": ("AWS::SQS::Queue",), "lambda": ("AWS::Lambda::Function", "AWS::Serverless::Function")}


class SubscriptionEndpoint(Rule):
    """Queues and functions are named by ARN, web hooks by URL."""

    id = "E9518"
    shortdesc = "Subscription endpoint that does not fit its protocol"
    description = "SNS refuses the subscription, or keeps one that it can never deliver to."
    source_url = "https://docs.aws.amazon.com/sns/latest/api/API_Subscribe.html"
    tags = ("resources", "sns")

    def check(self, document: Document) -> Iterator[Problem]:
        """Every such place."""
        for subscription in document.resources("AWS::SNS::Subscription"):
            yield from _wrong(subscription.properties)
        for topic in document.resources("AWS::SNS::Topic"):
            for inside in topic.properties.each("Subscription"):
                yield from _wrong(inside)


def _wrong(subscription: Node) -> Iterator[Problem]:
    protocol = subscription.one("Protocol").value
    if not isinstance(protocol, str) or protocol not in SHAPES:
        return
    pattern, wanted = SHAPES[protocol]
    for one in subscription.outcomes("Endpoint"):
        text = one.value if isinstance(one.value, str) else ""
        if text and not text.startswith(HOLE) and not pattern.fullmatch(text):
            yield one.problem(f"give {wanted} for the protocol {protocol}")
        elif not text and one.value is UNKNOWN and _is_ref(one, NAMED_BY_REF.get(protocol, ())):
            yield one.problem(f"give {wanted} with Fn::GetAtt: Ref is its name or URL")


def _is_ref(node: Node, types: tuple[str, ...]) -> bool:
    match function_of(written(node)):
        case ("Ref", str() as name):
            found = node.document.all_resources.get(name)
            return found is not None and found.type in types
    return False
