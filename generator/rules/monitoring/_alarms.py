"""Alarms, the metrics that they read, and the one that is compared with the threshold."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from generator.rules._document import Document, Node, Resource
from generator.rules._values import ABSENT, is_text, number, truth

ALARM = "AWS::CloudWatch::Alarm"
COMPOSITE = "AWS::CloudWatch::CompositeAlarm"
IDENTIFIER = re.compile(r"(?<![A-Za-z0-9_.\"])[a-z][A-Za-z0-9_]*(?![A-Za-z0-9_(])")
QUOTED = re.compile(r"'[^']*'|\"[^\"]*\"")
UPWARD = ("GreaterThanThreshold", "GreaterThanOrEqualToThreshold")
DOWNWARD = ("LessThanThreshold", "LessThanOrEqualToThreshold")


class Metric(NamedTuple):
    """A metric of an alarm: where it is named, and how it is read.

    ``place`` holds Namespace, MetricName and Dimensions; ``id`` is "" in an alarm of a single metric.
    """

    alarm: Resource
    place: Node
    statistic: Node
    period: Node
    id: str

    @property
    def namespace(self) -> str:
        """The namespace, or "" where it is not certain."""
        return _text(self.place.one("Namespace"))

    @property
    def name(self) -> str:
        """The metric's name, or "" where it is not certain."""
        return _text(self.place.one("MetricName"))

    @property
    def full(self) -> tuple[str, str]:
        """Namespace and name."""
        return self.namespace, self.name

    def dimensions(self) -> list[tuple[Node, Node]]:
        """Name, resolved, and value, as written, of each dimension."""
        return [(one.one("Name"), one.raw("Value")) for one in self.place.each("Dimensions")]

    def names_known(self) -> bool:
        """Whether it is certain which dimensions there are."""
        given = self.place.one("Dimensions")
        return given.known and all(is_text(name.value) for name, _ in self.dimensions())


def alarms(document: Document) -> Iterator[Resource]:
    """Alarms of metrics."""
    return document.resources(ALARM)


def queries(alarm: Resource) -> list[Node]:
    """The elements of Metrics."""
    return alarm.properties.each("Metrics")


def metrics(alarm: Resource) -> list[Metric]:
    """Every metric that the alarm reads, in whichever way it is written."""
    own = alarm.properties
    found = []
    if not own.raw("MetricName").absent:
        statistic = own.one("ExtendedStatistic" if own.raw("Statistic").absent else "Statistic")
        found.append(Metric(alarm, own, statistic, own.one("Period"), ""))
    for query in queries(alarm):
        if not query.raw("MetricStat").absent:
            place = query.one("MetricStat", "Metric")
            statistic, period = query.one("MetricStat", "Stat"), query.one("MetricStat", "Period")
            found.append(Metric(alarm, place, statistic, period, _text(query.one("Id"))))
    return found


def watched(alarm: Resource) -> Metric | None:
    """The metric whose values are compared with the threshold as they are; None where math makes others."""
    found = metrics(alarm)
    returned = [one for one in queries(alarm) if truth(one.one("ReturnData").value) is not False]
    if not queries(alarm):
        return found[0] if len(found) == 1 else None
    if len(returned) != 1:
        return None
    expression = returned[0].one("Expression").value
    wanted = _text(returned[0].one("Id"))
    if isinstance(expression, str):
        plain = re.fullmatch(r"\s*(?:FILL\(\s*(\w+)\s*,\s*0\s*\)|(\w+))\s*", expression)
        wanted = (plain[1] or plain[2]) if plain else ""
    return next((one for one in found if one.id and one.id == wanted), None)


def used_ids(expression: str) -> set[str]:
    """Ids that an expression of metric math refers to."""
    return set(IDENTIFIER.findall(QUOTED.sub('""', expression)))


def value(alarm: Resource, name: str) -> float | None:
    """A number of the alarm; None where it is absent or not certain."""
    return number(alarm.properties.one(name).value)


def direction(alarm: Resource) -> str:
    """ "up" or "down" for a plain comparison, else ""."""
    found = alarm.properties.one("ComparisonOperator").value
    return "up" if found in UPWARD else "down" if found in DOWNWARD else ""


def _text(node: Node) -> str:
    return node.value if is_text(node.value) and node.value is not ABSENT else ""
