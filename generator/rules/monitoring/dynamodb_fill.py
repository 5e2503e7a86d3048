"""W9605: an alarm on a sparse DynamoDB metric."""

from __future__ import annotations

import re
from collections.abc import Iterator

from generator.rules._document import Document, Problem
from generator.rules._rule import Rule
from generator.rules._values import UNKNOWN
from generator.rules.monitoring._alarms import alarms, metrics, queries
from generator.rules.monitoring._meaning import DYNAMODB, FAILURES

SPARSE = {name for namespace, name in FAILURES if namespace == DYNAMODB}


class DynamodbFill(Rule):
    """Throttle alarms end with the throttling."""

    id = "W9605"
    shortdesc = "DynamoDB alarm that cannot return to OK"
    description = (
        "Alarms on AWS/DynamoDB ignore missing data whatever TreatMissingData says, and DynamoDB "
        "publishes nothing while nothing is throttled: the alarm stays as it was."
    )
    source_url = "https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/AlarmThatSendsEmail.html"
    tags = ("resources", "cloudwatch", "alarm", "dynamodb")
    items = ("S0.6", "S4.4")

    def check(self, document: Document) -> Iterator[Problem]:
        """Counters of failures, alone or in math that does not FILL them."""
        for alarm in alarms(document):
            expressions = [node.one("Expression").value for node in queries(alarm)]
            texts = [one for one in expressions if isinstance(one, str)]
            for metric in metrics(alarm):
                sparse = metric.namespace == DYNAMODB and ("Throttle" in metric.name or metric.name in SPARSE)
                filled = re.compile(rf"FILL\(\s*(?:METRICS\(|{re.escape(metric.id)}\b)")
                done = metric.id and any(filled.search(one) for one in texts)
                if sparse and not done and UNKNOWN not in expressions:
                    name = metric.id or "m"
                    yield metric.place.raw("MetricName").problem(
                        f"read this metric in metric math, with FILL({name}, 0) in the expression"
                    )
