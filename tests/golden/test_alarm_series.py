"""Alarms evaluated on sample series: when they ring and when they do not."""

from __future__ import annotations

import pytest

from tests.golden.committed import COMMITTED, Stack
from tests.golden.metric_math import rings
from tests.golden.test_alarms import alarms, every_watched, inputs

RATES = [
    pytest.param(stack, title, id=f"{title}-{stack}")
    for stack in COMMITTED
    for title in alarms(stack)
    if title.endswith(("ErrorRateAlarm", "ServerErrorsAlarm"))
]
FUNCTIONS = [
    pytest.param(stack, title.removesuffix("Function"), id=f"{title}-{stack}")
    for stack in COMMITTED
    for title in stack.of("Lambda::Function")
]


@pytest.mark.parametrize(("stack", "title"), RATES)
def test_a_rate_alarm_rings_for_a_bad_share_of_enough_requests(stack: Stack, title: str) -> None:
    """S0.6: evaluated on sample series, a datapoint a minute."""
    alarm = alarms(stack)[title]
    traffic = "count" if title.startswith("RestApi") else "calls"
    bad, floor = alarm["Threshold"] + 1, stack.environment.alarms.minimum_requests
    periods, needed = alarm["EvaluationPeriods"], alarm["DatapointsToAlarm"]

    def ring(requests: float | None, share: float, minutes: int) -> bool:
        errors = [0.0] * (periods - minutes) + [(requests or 0) * share / 100] * minutes
        return rings(alarm, {traffic: [requests] * periods, "errors": errors})

    assert ring(10_000, bad, needed)
    assert ring(floor, 100, periods)
    assert not ring(10_000, bad, needed - 1), "a short burst is no outage"
    assert not ring(10_000, alarm["Threshold"], periods), "the threshold itself is allowed"
    assert not ring(floor - 1, 100, periods), "too few requests to speak of a rate"
    assert not ring(0, 0, periods)
    assert not ring(None, 100, periods), "no data is no error"


@pytest.mark.parametrize(("stack", "function"), FUNCTIONS)
def test_errors_at_low_traffic_ring_the_companion_alarm(stack: Stack, function: str) -> None:
    """S0.6: in 15 minutes that a rate says nothing about, or with a burst too short for it."""
    alarm = alarms(stack)[f"{function}LowTrafficErrorsAlarm"]
    limits = stack.environment.alarms
    busy = limits.minimum_requests * 15
    enough = float(limits.low_traffic_errors)
    assert rings(alarm, {"calls": [enough], "errors": [enough]})
    assert rings(alarm, {"calls": [busy - 1.0], "errors": [enough]})
    assert not rings(alarm, {"calls": [enough], "errors": [enough - 1]})
    assert rings(alarm, {"calls": [busy], "errors": [busy]}), "a burst, perhaps within a minute"
    below = busy * limits.error_rate_percent // 100 * 10
    assert not rings(alarm, {"calls": [busy * 10], "errors": [below]}), "a share that is allowed"
    assert not rings(alarm, {"calls": [None], "errors": [None]})


@pytest.mark.parametrize(("stack", "function"), FUNCTIONS)
def test_steady_failure_rings_at_every_level_of_traffic(stack: Stack, function: str) -> None:
    """S0.6: between the rate alarm and its companion there is no gap."""
    rate, companion = (alarms(stack)[f"{function}{kind}Alarm"] for kind in ("ErrorRate", "LowTrafficErrors"))
    for a_minute in range(2, 60):
        minutes = {"calls": [a_minute] * 5, "errors": [a_minute] * 5}
        quarter = {"calls": [a_minute * 15], "errors": [a_minute * 15]}
        assert rings(rate, minutes) or rings(companion, quarter), a_minute


@every_watched
def test_throttles_ring_and_their_absence_does_not(stack: Stack) -> None:
    """S0.6."""
    lasting = [1.0] * stack.environment.alarms.datapoints
    for title, one in alarms(stack).items():
        names = {metric["MetricName"] for metric in inputs(one).values()}
        if names & {"Throttles", "ReadThrottleEvents", "WriteThrottleEvents", "SystemErrors"}:
            for key in inputs(one):
                short = [None] * (one["EvaluationPeriods"] - len(lasting))
                assert rings(one, {key: [*short, *lasting]}), title
            assert not rings(one, {}), title


@every_watched
def test_one_message_that_was_given_up_is_enough(stack: Stack) -> None:
    """S3.18."""
    for queue, properties in stack.properties("SQS::Queue").items():
        if "RedrivePolicy" not in properties:
            alarm = alarms(stack)[f"{queue}Alarm"]
            assert rings(alarm, {"waiting": [1.0]})
            assert not rings(alarm, {"waiting": [0.0]})
    for title, alarm in alarms(stack).items():
        if title.endswith(("AlertFailuresAlarm", "FailedInvocationsAlarm", "LostFailuresAlarm")):
            assert all(rings(alarm, {name: [1.0]}) for name in inputs(alarm)), title
            assert not rings(alarm, {}), title


@every_watched
def test_durations_and_ages_are_compared_with_the_environments_limits(stack: Stack) -> None:
    """S0.6: milliseconds, as the metrics are."""
    limits = stack.environment.alarms
    thresholds = {title: one["Threshold"] for title, one in alarms(stack).items()}
    share = limits.duration_percent_of_timeout * 10
    for title, function in stack.properties("Lambda::Function").items():
        name = title.removesuffix("Function")
        assert thresholds[f"{name}DurationAlarm"] == function["Timeout"] * share
        assert thresholds[f"{name}ErrorRateAlarm"] == limits.error_rate_percent
    assert thresholds["RestApiLatencyAlarm"] == limits.p99_latency_ms
    assert thresholds["RestApiServerErrorsAlarm"] == limits.api_5xx_percent
    for title, threshold in thresholds.items():
        if title.endswith("QueueAgeAlarm"):
            assert threshold == limits.queue_age_s, title
        elif title.endswith("IteratorAgeAlarm"):
            assert threshold == limits.iterator_age_s * 1000, title
