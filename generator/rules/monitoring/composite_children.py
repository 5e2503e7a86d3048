"""E9623: a composite alarm of nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator

from generator.rules._document import Document, Problem
from generator.rules._rule import Rule
from generator.rules._values import is_text
from generator.rules.monitoring._alarms import ALARM, COMPOSITE
from generator.rules.monitoring._catalogue import near

CHILD = re.compile(r"(?:ALARM|OK|INSUFFICIENT_DATA)\(\s*[\"']?([^\"')]*)[\"']?\s*\)")


class CompositeChildren(Rule):
    """Composite alarms name alarms that exist."""

    id = "E9623"
    shortdesc = "Composite alarm of alarms that are not there"
    description = (
        "CloudWatch refuses a rule that names an alarm which does not exist, and an alarm that depends on"
        " itself."
    )
    source_url = "https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutCompositeAlarm.html"
    tags = ("resources", "cloudwatch", "alarm", "composite")
    items = ("S0.6",)

    def check(self, document: Document) -> Iterator[Problem]:
        """Names close to one of the template's.

        In templates that gen rendered, any that is not one of them.
        """
        every = document.resources(ALARM, COMPOSITE)
        names = {str(one.properties.one("AlarmName").value) for one in every}
        for alarm in document.resources(COMPOSITE):
            rule = alarm.properties.one("AlarmRule")
            own = alarm.properties.one("AlarmName").value
            if not isinstance(rule.value, str):
                continue
            for child in CHILD.findall(rule.value):
                name = child.strip().rpartition(":alarm:")[2]
                if is_text(own) and name == own:
                    yield rule.problem(f"remove {name} from the rule: it is this alarm itself")
                elif is_text(name) and name and name not in names and (document.gen or near(name, names)):
                    yield rule.problem(f"name an alarm of this template: there is no {name}")
