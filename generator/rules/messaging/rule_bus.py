"""E9535: a rule on a bus that never has its events."""

from __future__ import annotations

from collections.abc import Iterator

from generator.rules._document import Document, Problem
from generator.rules._links import meant
from generator.rules._rule import Rule


class RuleBus(Rule):
    """Schedules and the events of AWS services are on the default bus alone."""

    id = "E9535"
    shortdesc = "Schedule on a custom event bus"
    description = "EventBridge knows schedules on the default bus alone, and refuses the rule."
    source_url = "https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-rule-schedule.html"
    tags = ("resources", "events")

    def check(self, document: Document) -> Iterator[Problem]:
        """Every such place."""
        for rule in document.resources("AWS::Events::Rule"):
            bus = rule.properties.raw("EventBusName")
            custom = meant(bus, "AWS::Events::EventBus") is not None if not bus.absent else False
            schedule = rule.properties.raw("ScheduleExpression")
            if custom and not schedule.absent:
                yield schedule.problem("leave EventBusName out, or use an AWS::Scheduler::Schedule")
