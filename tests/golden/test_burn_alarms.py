"""Alarms on an API's objective: what they are made of, and when they page on sample series."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import msgspec
import pytest

from tests.golden.committed import COMMITTED, ENVIRONMENTS, Stack, changed, committed, every_api, rendered
from tests.golden.metric_math import rings
from tests.golden.test_alarms import alarms, expression, inputs, windows
from tests.support import TEMPLATES

# Rate, long window and short window in minutes: Site Reliability Workbook, "Alerting on SLOs".
BURNS = {"FastBurn": (Decimal("14.4"), 60, 5), "SlowBurn": (Decimal(6), 360, 30)}
BUSY = 10_000
# Requests and failures of a minute; None is a minute without a request, of which there are no data.
Minute = tuple[int, int] | None
QUIET: Minute = None
GOOD: Minute = (BUSY, 0)

every_burn = pytest.mark.parametrize(
    ("stack", "burn"),
    [
        pytest.param(stack, burn, id=f"{burn}-{stack}")
        for stack in COMMITTED
        if stack.of("ApiGateway::RestApi")
        for burn in BURNS
    ],
)


def limit(stack: Stack, burn: str) -> Decimal:
    """Percent of requests that may fail at this rate."""
    return BURNS[burn][0] * (100 - Decimal(str(stack.environment.alarms.slo_percent)))


def failing(stack: Stack, burn: str, times: str = "1") -> Minute:
    """A busy minute with so many times the failures that the limit allows; they come to whole requests."""
    errors = limit(stack, burn) / 100 * BUSY * Decimal(times)
    assert errors == int(errors) <= BUSY, errors
    return BUSY, int(errors)


def window(stack: Stack, burn: str, name: str) -> dict[str, Any]:
    return alarms(stack)[f"RestApi{burn}{name}Alarm"]


def rule(stack: Stack, burn: str) -> str:
    text = stack.properties("CloudWatch::CompositeAlarm")[f"RestApi{burn}Alarm"]["AlarmRule"]
    assert isinstance(text, str)
    return text


def ringing(alarm: dict[str, Any], minutes: Sequence[Minute]) -> bool:
    """Whether a window rings after these minutes: CloudWatch moves it on minute by minute, and sums it up."""
    (seconds,) = {one["MetricStat"]["Period"] for one in alarm["Metrics"] if "MetricStat" in one}
    seen = [one for one in minutes[-seconds // 60 :] if one is not None]
    count, errors = (float(sum(one[part] for one in seen)) if seen else None for part in (0, 1))
    return rings(alarm, {"count": [count], "errors": [errors]})


def pages(stack: Stack, burn: str, minutes: Sequence[Minute]) -> bool:
    """Whether the alarm that joins the windows rings: its rule, with the state of each window put in."""
    states = {
        window(stack, burn, name)["AlarmName"]: ringing(window(stack, burn, name), minutes)
        for name in ("Long", "Short")
    }
    children = re.split(r" (AND|OR) ", rule(stack, burn))
    found = [states[re.fullmatch(r'ALARM\("(.+)"\)', one)[1]] for one in children[::2]]  # type: ignore[index]
    return all(found) if set(children[1::2]) == {"AND"} else any(found)


@every_burn
def test_steady_burning_above_the_rate_pages(stack: Stack, burn: str) -> None:
    """Fast: 2 % of a month's budget are gone in an hour. Slow: 5 % in six hours."""
    _, long, _ = BURNS[burn]
    assert pages(stack, burn, [GOOD] * 1000 + [failing(stack, burn, "1.25")] * long)
    assert not pages(stack, burn, [GOOD] * 1000 + [failing(stack, burn, "0.75")] * 1000)


@every_api
def test_slow_burning_pages_slowly_and_not_fast(stack: Stack) -> None:
    steady = [failing(stack, "SlowBurn", "1.25")] * 360
    assert pages(stack, "SlowBurn", steady)
    assert not pages(stack, "FastBurn", steady)


@every_api
def test_an_outage_pages_within_five_minutes(stack: Stack) -> None:
    history = [GOOD] * 1000
    assert not pages(stack, "FastBurn", history)
    assert pages(stack, "FastBurn", [*history, *[(BUSY, BUSY)] * 5])


@every_burn
def test_exactly_at_the_limit_nobody_is_called_and_one_more_failure_calls(stack: Stack, burn: str) -> None:
    at_the_limit: list[Minute] = [failing(stack, burn)] * 360
    assert not pages(stack, burn, at_the_limit)
    assert not ringing(window(stack, burn, "Long"), at_the_limit)
    assert not ringing(window(stack, burn, "Short"), at_the_limit)
    count, errors = at_the_limit[-1] or (0, 0)
    assert pages(stack, burn, [*at_the_limit[:-1], (count, errors + 1)])


@every_burn
def test_the_page_ends_a_short_window_after_the_failures(stack: Stack, burn: str) -> None:
    """The long window alone would ring for hours after a recovery."""
    _, long, short = BURNS[burn]
    outage = [GOOD] * 1000 + [(BUSY, BUSY)] * long
    assert pages(stack, burn, [*outage, *[GOOD] * (short - 1)])
    recovered = [*outage, *[GOOD] * short]
    assert ringing(window(stack, burn, "Long"), recovered)
    assert not pages(stack, burn, recovered)
    assert not pages(stack, burn, [*outage, *[QUIET] * short]), "no more requests, no more failures"


@every_burn
def test_a_short_burst_pages_nobody(stack: Stack, burn: str) -> None:
    """The short window alone would ring for what hardly touches the budget."""
    _, _, short = BURNS[burn]
    burst = [GOOD] * 1000 + [failing(stack, burn, "4")] * (short * 2 // 5)
    assert ringing(window(stack, burn, "Short"), burst)
    assert not pages(stack, burn, burst)


@every_burn
@pytest.mark.parametrize("night", [QUIET, (1, 0)], ids=["no requests", "one a minute"])
def test_one_failed_request_at_night_pages_nobody(stack: Stack, burn: str, night: Minute) -> None:
    assert not pages(stack, burn, [night] * 400)
    for before in ([night] * 400, [night] * 399):
        assert not pages(stack, burn, [*before, (1, 1)])
    enough = stack.environment.alarms.minimum_requests
    assert not pages(stack, burn, [*[night] * 400, (enough, 1)]), "nor among requests that come together"


@every_burn
def test_several_failures_of_enough_requests_page_also_at_night(stack: Stack, burn: str) -> None:
    limits = stack.environment.alarms
    night: list[Minute] = [QUIET] * 400
    several, enough = limits.low_traffic_errors, limits.minimum_requests
    assert pages(stack, burn, [*night, (enough, several)])
    assert not pages(stack, burn, [*night, (enough, several - 1)])
    assert not pages(stack, burn, [*night, (enough - 1, several)])


@every_api
def test_an_outage_with_little_traffic_pages_within_half_an_hour(stack: Stack) -> None:
    """Too few requests for the five minutes, enough for the thirty."""
    outage = [(1, 0)] * 400 + [(1, 1)] * 30
    assert not pages(stack, "FastBurn", outage)
    assert pages(stack, "SlowBurn", outage)


@every_burn
def test_without_data_nothing_rings(stack: Stack, burn: str) -> None:
    for name in ("Long", "Short"):
        assert not ringing(window(stack, burn, name), [QUIET])
    assert not pages(stack, burn, [QUIET] * 400)


@every_burn
def test_both_windows_read_the_whole_api_and_have_the_rates_threshold(stack: Stack, burn: str) -> None:
    """Sums over one period each, which is far from the day that CloudWatch evaluates at most."""
    _, *lengths = BURNS[burn]
    (api,) = stack.properties("ApiGateway::RestApi").values()
    (stage,) = stack.properties("ApiGateway::Stage").values()
    for name, minutes in zip(("Long", "Short"), lengths, strict=True):
        one = window(stack, burn, name)
        assert one["Threshold"] == limit(stack, burn) * 1000
        assert one["ComparisonOperator"] == "GreaterThanThreshold"
        assert one["EvaluationPeriods"] == one["DatapointsToAlarm"] == 1
        stats = [query["MetricStat"] for query in one["Metrics"] if "MetricStat" in query]
        assert [(stat["Period"], stat["Stat"]) for stat in stats] == [(minutes * 60, "Sum")] * 2
        assert {key: metric["MetricName"] for key, metric in inputs(one).items()} == {
            "count": "Count",
            "errors": "5XXError",
        }
        for metric in inputs(one).values():
            assert {each["Name"]: each["Value"] for each in metric["Dimensions"]} == {
                "ApiName": api["Name"],
                "Stage": stage["StageName"],
            }
        assert expression(one).endswith(", 100000 * errors / count, 0)")


@every_api
def test_only_the_joining_alarms_page(stack: Stack) -> None:
    """S4.4: each joins its own two windows, waits for them, and tells the topic that the others tell."""
    joining = {f"RestApi{burn}Alarm" for burn in BURNS}
    assert set(stack.of("CloudWatch::CompositeAlarm")) == {"UnhealthyAlarm", *joining}
    assert windows(stack) == {f"RestApi{burn}{name}Alarm" for burn in BURNS for name in ("Long", "Short")}
    summary = stack.of("CloudWatch::CompositeAlarm")["UnhealthyAlarm"]["Properties"]
    for burn in BURNS:
        one = stack.of("CloudWatch::CompositeAlarm")[f"RestApi{burn}Alarm"]
        halves = [f"RestApi{burn}{name}Alarm" for name in ("Long", "Short")]
        names = [alarms(stack)[title]["AlarmName"] for title in halves]
        assert one["DependsOn"] == halves
        assert rule(stack, burn) == " AND ".join(f'ALARM("{name}")' for name in names)
        assert one["Properties"]["AlarmActions"] == one["Properties"]["OKActions"] == summary["AlarmActions"]
        assert not any(f'"{name}"' in summary["AlarmRule"] for name in names)
    assert not (joining | windows(stack)) & set(stack.metadata["RollbackAlarms"])


def test_the_filter_for_a_pager_names_the_alarms_that_page() -> None:
    page = (TEMPLATES.parent / "docs" / "architecture.md").read_text(encoding="utf-8")
    (written,) = re.findall(r'^{"AlarmName": .*}$', page, re.MULTILINE)
    paging = committed("prod", "us-west-2", "items").properties("CloudWatch::CompositeAlarm").values()
    assert sorted(json.loads(written)["AlarmName"]) == sorted(one["AlarmName"] for one in paging)


@pytest.mark.parametrize(
    ("percent", "fast", "slow"),
    [(99.99, 144, 60), (99.95, 720, 300), (99, 14400, 6000), (98.75, 18000, 7500), (95.01, 71856, 29940)],
)
def test_another_objective_gives_other_thresholds(percent: float, fast: int, slow: int) -> None:
    """Exact ones, and whole: a limit of 1.4399999999999182 % would ring for what is allowed."""
    limits = msgspec.structs.replace(ENVIRONMENTS["prod"].alarms, slo_percent=percent)
    stack = rendered(changed("prod", alarms=limits), "items")
    for burn, threshold in (("FastBurn", fast), ("SlowBurn", slow)):
        for name in ("Long", "Short"):
            assert repr(window(stack, burn, name)["Threshold"]) == repr(threshold)
        text = stack.properties("CloudWatch::CompositeAlarm")[f"RestApi{burn}Alarm"]["AlarmDescription"]
        assert f"({percent} % without 5xx)" in text


def test_production_promises_more_than_development() -> None:
    objectives = {name: one.alarms.slo_percent for name, one in ENVIRONMENTS.items()}
    assert objectives == {"dev": 99.5, "prod": 99.9, "staging": 99.9}
