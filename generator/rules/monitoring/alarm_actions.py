"""W9601: an alarm without an action."""

from __future__ import annotations

from collections.abc import Iterator

from generator.rules._document import Document, Problem
from generator.rules._rule import Rule
from generator.rules._values import ABSENT, is_text, truth
from generator.rules.monitoring._alarms import ALARM, COMPOSITE


class AlarmActions(Rule):
    """Alarms reach somebody."""

    id = "W9601"
    shortdesc = "Alarm that tells nobody"
    description = "An alarm without an action changes its colour in the console, where nobody is looking."
    source_url = "https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Actions-Supported.html"
    tags = ("resources", "cloudwatch", "alarm")
    items = ("S4.4", "S3.18")

    def check(self, document: Document) -> Iterator[Problem]:
        """An alarm that something else of the template reads, such as a composite alarm, is exempt."""
        read = {name for one in document.all_resources for name in document.edges(one)}
        rules = " ".join(str(one.properties.one("AlarmRule").value) for one in document.resources(COMPOSITE))
        for alarm in document.resources(ALARM, COMPOSITE):
            name = alarm.properties.one("AlarmName").value
            if alarm.id in read or (is_text(name) and name in rules):
                continue
            off = alarm.properties.wrong("ActionsEnabled", unless=lambda given: truth(given) is not False)
            silent = alarm.properties.wrong("AlarmActions", unless=lambda given: given not in (ABSENT, []))
            if alarm.properties.one("InsufficientDataActions").value not in (ABSENT, []):
                silent = None
            place = off or silent
            if place:
                yield place.problem("set AlarmActions to a topic, and do not switch ActionsEnabled off")
