"""E9537: a subscription to a topic of another region."""

from __future__ import annotations

import re
from collections.abc import Iterator

from generator.rules._document import Document, Problem
from generator.rules._rule import Rule
from generator.rules._values import is_text
from generator.rules.template._regions import region_locks

REGION = re.compile(r"[a-z]{2}(-[a-z]+)+-\d")


class SubscriptionRegion(Rule):
    """A subscription is made in its topic's region."""

    id = "E9537"
    shortdesc = "Subscription to another region's topic without Region"
    description = (
        "CloudFormation asks SNS of the stack's own region, which does not know the topic, and fails."
    )
    source_url = "https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-sns-subscription.html"
    tags = ("resources", "sns", "region")
    items = ("S3.4",)

    def check(self, document: Document) -> Iterator[Problem]:
        """Every such place."""
        home = document.gen.get("Region")
        locks = [regions for _, regions in region_locks(document) if len(regions) == 1]
        home = home if isinstance(home, str) else locks[0][0] if locks else None
        for subscription in document.resources("AWS::SNS::Subscription"):
            arn = subscription.properties.one("TopicArn")
            parts = str(arn.value).split(":") if isinstance(arn.value, str) else []
            if home is None or len(parts) != 6 or not REGION.fullmatch(parts[3]):
                continue
            given = subscription.properties.one("Region")
            if parts[3] != home and given.absent:
                yield arn.problem(f"set Region to {parts[3]}, the topic's")
            elif is_text(given.value) and given.value != parts[3]:
                yield given.problem(f"set Region to {parts[3]}, the topic's")
