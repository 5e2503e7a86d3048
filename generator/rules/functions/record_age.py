"""E9329: a record age below a minute."""

from __future__ import annotations

from collections.abc import Iterator

from generator.rules._document import Document, Problem
from generator.rules._rule import Rule
from generator.rules._values import number
from generator.rules.functions._mappings import MAPPING


class RecordAge(Rule):
    """Record age is 60 seconds or more."""

    id = "E9329"
    shortdesc = "Stream mapping's record age that Lambda refuses"
    description = (
        "MaximumRecordAgeInSeconds is -1, without end, or between 60 s and 7 days; the values between are"
        " refused."
    )
    source_url = "https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-lambda-eventsourcemapping.html"
    tags = ("resources", "lambda", "eventsourcemapping", "stream")
    items = ("S0.4",)

    def check(self, document: Document) -> Iterator[Problem]:
        """Literal values; what is above the maximum is cfn-lint's."""
        for mapping in document.resources(MAPPING):
            age = mapping.properties.one("MaximumRecordAgeInSeconds")
            seconds = number(age.value)
            if seconds is not None and -1 < seconds < 60:
                yield age.problem(
                    "set MaximumRecordAgeInSeconds to 60 or more, or to -1 for records of any age"
                )
