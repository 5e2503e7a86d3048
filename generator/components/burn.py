"""Alarms on an API's objective of availability: they page when its error budget burns too fast.

An objective of 99.9 % lets one request in a thousand fail (5xx): the budget. A burn rate of 1 spends the
budget of 30 days in 30 days. Rates and windows: Site Reliability Workbook, "Alerting on SLOs".
"""

from __future__ import annotations

from msgspec import Struct

from generator.components.alarm import MINUTE, Alarm, Window, alarm, composite
from generator.components.monitoring import Monitor, api_metric
from generator.components.rest_api import RestApi

HOUR = 60 * MINUTE
# Shares are whole numbers of so many requests: tools that read templates take thresholds for integers.
MANY = 100_000


class Burn(Struct, frozen=True):
    """A burn rate, and the two windows, in seconds, in which it has to show.

    The long window says that it matters, the short one that it has not stopped.
    """

    name: str
    rate: float
    long: int
    short: int


FAST = Burn("FastBurn", rate=14.4, long=HOUR, short=5 * MINUTE)  # 2 % of the budget in an hour
SLOW = Burn("SlowBurn", rate=6, long=6 * HOUR, short=30 * MINUTE)  # 5 % of the budget in six hours


def burn_alarms(monitor: Monitor, api: RestApi) -> tuple[Alarm, ...]:
    """For each burn rate an alarm for each window, and the one that pages while both ring.

    An alarm has one window, so what is one alarm in meaning is three. The windows have no action of their
    own: the short one rings for what is over before anybody could look, the long one for hours after the end.
    """
    return tuple(one for burn in (FAST, SLOW) for one in _joined(monitor, api, burn))


def failing_of_many(slo_percent: float, rate: float) -> int:
    """Of MANY requests those whose failure burns the budget at ``rate``."""
    return round(rate * (100 - slo_percent) * MANY / 100)


def _joined(monitor: Monitor, api: RestApi, burn: Burn) -> tuple[Alarm, Alarm, Alarm]:
    """A request that fails at night is a large share of few, and no reason to page.

    So the long window asks for several failures, and the short one for requests enough to speak of a share.
    """
    limits, title = monitor.thresholds, f"{api.logical_id}{burn.name}"
    failing = failing_of_many(limits.slo_percent, burn.rate)

    def window(name: str, seconds: int, floor: str) -> Alarm:
        return alarm(
            monitor.scope,
            f"{title}{name}Alarm",
            meaning=(
                f"{api.physical_name}: over {failing / (MANY / 100):g} % of {seconds // MINUTE} minutes' "
                "answers are 5xx"
            ),
            expression=f"IF({floor}, {MANY} * errors / count, 0)",
            inputs={"count": api_metric(api, "Count"), "errors": api_metric(api, "5XXError")},
            threshold=failing,
            comparison="GreaterThanThreshold",
            window=Window(periods=1, datapoints=1, seconds=seconds),
            topic=None,
        )

    long = window("Long", burn.long, f"errors >= {limits.low_traffic_errors}")
    short = window("Short", burn.short, f"count >= {limits.minimum_requests}")
    page = composite(
        monitor.scope,
        f"{title}Alarm",
        meaning=(
            f"{api.physical_name} spends its error budget ({limits.slo_percent} % without 5xx) over "
            f"{burn.rate} times too fast, and has not stopped; see the dashboard "
            f"{monitor.scope.prefix}-dashboard"
        ),
        operator="AND",
        alarms=(long, short),
        topic=monitor.topic,
    )
    return long, short, page
