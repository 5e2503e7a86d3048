"""E9631: an alarm on a metric of another region."""

from __future__ import annotations

from collections.abc import Iterator

from generator.rules._document import Document, Problem
from generator.rules._rule import Rule
from generator.rules.monitoring._alarms import alarms, metrics
from generator.rules.monitoring._meaning import GLOBAL

HOME = "us-east-1"


class GlobalMetrics(Rule):
    """Alarms are where their metrics are."""

    id = "E9631"
    shortdesc = "Alarm on a metric that this region does not have"
    description = (
        "Route 53, CloudFront and Billing publish in us-east-1 only, and an alarm reads its own region."
    )
    source_url = "https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/monitoring-health-checks.html"
    tags = ("resources", "cloudwatch", "alarm", "regions")
    items = ("S3.19",)

    def check(self, document: Document) -> Iterator[Problem]:
        """Templates whose region is certain: rendered by gen, or held by a rule on AWS::Region."""
        regions = _regions(document)
        if regions and HOME not in regions:
            for alarm in alarms(document):
                for metric in metrics(alarm):
                    if metric.namespace in GLOBAL:
                        yield metric.place.one("Namespace").problem(
                            f"move this alarm into a stack in {HOME}: {metric.namespace} publishes "
                            "nowhere else"
                        )


def _regions(document: Document) -> set[str]:
    """Where the template may be deployed; nothing where that is not certain."""
    if isinstance(document.gen.get("Region"), str):
        return {document.gen["Region"]}
    for _, rule in document.section("Rules"):
        if not rule.raw("RuleCondition").absent:
            continue
        for assertion in rule.each("Assertions"):
            match assertion.raw("Assert").value:
                case {"Fn::Contains": [list() as allowed, {"Ref": "AWS::Region"}]}:
                    return {one for one in allowed if isinstance(one, str)}
                case {"Fn::Equals": [{"Ref": "AWS::Region"}, str() as only]}:
                    return {only}
    return set()
