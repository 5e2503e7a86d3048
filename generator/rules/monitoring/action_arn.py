"""E9602: an alarm action that is no ARN."""

from __future__ import annotations

from collections.abc import Iterator

from generator.rules._document import Document, Problem
from generator.rules._rule import Rule
from generator.rules._values import is_text
from generator.rules.monitoring._alarms import ALARM, COMPOSITE
from generator.rules.monitoring._references import attribute

ACTIONS = ("AlarmActions", "InsufficientDataActions", "OKActions")
WRONG = {
    ("AWS::Lambda::Function", "Ref"): "Arn",
    ("AWS::SNS::Topic", "TopicName"): "TopicArn",
    ("AWS::SQS::Queue", "Ref"): "",
    ("AWS::SQS::Queue", "Arn"): "",
    ("AWS::SQS::Queue", "QueueName"): "",
}


class ActionArn(Rule):
    """Actions are ARNs."""

    id = "E9602"
    shortdesc = "Alarm action that is no ARN"
    description = (
        "CloudWatch refuses an action that is not the ARN of a topic, function, policy or automation."
    )
    source_url = "https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Actions-Supported.html"
    tags = ("resources", "cloudwatch", "alarm")
    items = ("S4.4",)

    def check(self, document: Document) -> Iterator[Problem]:
        """Texts, and references to resources of this template whose value is a name, a URL or another
        attribute.
        """
        for alarm in document.resources(ALARM, COMPOSITE):
            for name in ACTIONS:
                given = alarm.properties.one(name)
                for place in range(len(given.value) if isinstance(given.value, list) else 0):
                    written = given.raw(place)
                    for text in written.outcomes():
                        if is_text(text.value) and not text.value.startswith(("arn:", "${")):
                            yield text.problem(f"name the ARN of a topic or another action, not {text.value}")
                    found = attribute(document, written)
                    if found in WRONG:
                        wanted = WRONG[found]
                        message = (
                            f"take {wanted} of this resource"
                            if wanted
                            else "name a topic: an alarm cannot call this"
                        )
                        yield written.problem(message)
