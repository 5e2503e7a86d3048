"""W9532: a rule whose events are lost when its target fails."""

from __future__ import annotations

import json
from collections.abc import Iterator

from generator.rules._document import Document, Problem
from generator.rules._rule import Rule
from generator.rules._values import ABSENT


class RuleDeadLetters(Rule):
    """After a day of attempts the event is gone."""

    id = "W9532"
    shortdesc = "Rule target without a dead-letter queue"
    description = (
        "What EventBridge cannot deliver, for want of rights or capacity, is dropped without a trace."
    )
    source_url = "https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html"
    tags = ("resources", "events", "sqs")
    items = ("S3.18",)

    def check(self, document: Document) -> Iterator[Problem]:
        """Every such place."""
        for rule in document.resources("AWS::Events::Rule"):
            for target in rule.properties.each("Targets"):
                arn = json.dumps(target.raw("Arn").value, default=str)
                place = target.wrong("DeadLetterConfig", unless=lambda value: value is not ABSENT)
                if (
                    place
                    and isinstance(target.value, dict)
                    and ":log-group" not in arn
                    and ":event-bus" not in arn
                ):
                    yield place.problem(
                        "set DeadLetterConfig.Arn to a queue, and let events.amazonaws.com send to it"
                    )
