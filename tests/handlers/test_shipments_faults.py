"""Every call of AWS with every fault: nothing lost, nothing doubled, people told as often as they should."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from botocore.exceptions import ConnectTimeoutError, ReadTimeoutError

from tests.handlers.items_support import client_error
from tests.handlers.shipments_support import (
    MAX_RECEIVES,
    VISIBILITY_S,
    Row,
    ShipmentsWorld,
    message,
    wrapped,
)


class DiedError(BaseException):
    """The container is gone in the middle of a call: nothing after it happens, nothing is answered."""


ERRORS: dict[str, Callable[[], BaseException]] = {
    "throttled": lambda: client_error("ThrottlingException"),
    "over capacity": lambda: client_error("ProvisionedThroughputExceededException"),
    "5xx": lambda: client_error("InternalServerError", status=500),
    "denied": lambda: client_error("AccessDeniedException"),
    "not connected": lambda: ConnectTimeoutError(endpoint_url="https://aws"),  # type: ignore[no-untyped-call, unused-ignore]
    "timed out": lambda: ReadTimeoutError(endpoint_url="https://aws"),  # type: ignore[no-untyped-call, unused-ignore]
    "died": DiedError,
}
# Whether the call took effect although its answer never came.
WHEN = ("before", "after")
TAKES_EFFECT = {"timed out", "died"}
FAULTS = [(name, when) for name in ERRORS for when in WHEN if when == "before" or name in TAKES_EFFECT]


@dataclass
class Fault:
    """Meets the nth call of all services. times: how many calls it meets in a row."""

    nth: int
    error: Callable[[], BaseException]
    when: str = "before"
    times: int = 1
    calls: list[str] = field(default_factory=list)

    def meet(self, name: str, call: Callable[[], Any]) -> Any:
        self.calls.append(name)
        if len(self.calls) not in range(self.nth, self.nth + self.times):
            return call()
        if self.when == "after":
            call()
        raise self.error()


class Faulty:
    """A client whose calls a fault may meet."""

    def __init__(self, client: Any, fault: Fault) -> None:
        self._client = client
        self._fault = fault

    def __getattr__(self, name: str) -> Any:
        return lambda **arguments: self._fault.meet(name, lambda: getattr(self._client, name)(**arguments))


def delivered(world: ShipmentsWorld, body: str, fault: Fault) -> int | None:
    """Hand a message out as SQS does; the receive in which it was acknowledged, None if it was given up."""
    message_id = f"msg-{world.shipment}"
    for receive in range(1, MAX_RECEIVES + 1):
        processor = world.processor(
            dynamodb=Faulty(world.aws.dynamodb, fault), sns=Faulty(world.topic, fault)
        )
        one = message(body, receives=receive, message_id=message_id)
        try:
            if not world.send(one, processor=processor):
                return receive
        except DiedError:
            pass  # Without an answer every message of the batch comes again.
        world.clock.forward(seconds=VISIBILITY_S)
    return None


STEPS = {
    "IN_TRANSIT": ("put_item", "update_item"),
    "EXCEPTION": ("put_item", "update_item", "update_item", "publish", "update_item"),
    "LOST": ("put_item", "update_item", "publish", "update_item"),
}
CASES = [(status, step) for status, steps in STEPS.items() for step in range(1, len(steps) + 1)]
# The alert itself, and the mark that it is out, have rules of their own.
ALERTING = {("EXCEPTION", 4), ("EXCEPTION", 5), ("LOST", 3), ("LOST", 4)}


def state(world: ShipmentsWorld) -> list[Row]:
    """All rows, without the times at which they were written."""
    passing = {"recorded_at", "alerted_at", "rejected_at", "alert_claim", "ttl", "day", "message_id", "pk"}
    return [
        {name: value for name, value in row.items() if name not in passing}
        for row in (*world.rows(), *world.rejections())
    ]


def expected_alerts(status: str, step: int, error: str, when: str) -> int:
    """How often people are told. SNS cannot be asked to tell once only, so what died with it tells again."""
    if status == "IN_TRANSIT":
        return 0
    calls = STEPS[status]
    if calls[step - 1] != "publish":
        # The mark that an alert is out may be lost with the container: then the next delivery tells again.
        return 2 if (step, error, when) == (len(calls), "died", "before") else 1
    if status == "LOST" and error != "died":
        return 1 if when == "after" else 0  # Counted, logged, and the rejection acknowledged all the same.
    return 2 if when == "after" else 1


@pytest.mark.parametrize(("error", "when"), FAULTS)
@pytest.mark.parametrize(("status", "step"), CASES)
def test_one_fault_in_one_call_loses_nothing_and_doubles_nothing(
    shipments: ShipmentsWorld, status: str, step: int, error: str, when: str
) -> None:
    """S4.3."""
    event = shipments.event(status)
    fault = Fault(nth=step, error=ERRORS[error], when=when)
    receive = delivered(shipments, wrapped(event), fault)
    assert fault.calls[:step] == list(STEPS[status][:step])
    assert receive in (1, 2)
    assert len(shipments.topic.alerts) == expected_alerts(status, step, error, when)
    assert "event given up" not in shipments.topic.titles
    after_fault = state(shipments)
    # The same event once more, without a fault, finds everything done: but for an alert nobody could send.
    shipments.clock.forward(seconds=VISIBILITY_S)
    assert shipments.send(message(wrapped(event))) == []
    assert state(shipments) == after_fault
    assert len(after_fault) == (1 if status == "LOST" else 2)
    if (status, STEPS[status][step - 1]) == ("LOST", "publish") and error != "died":
        assert shipments.counted["AlertFailures"] == 1


@pytest.mark.parametrize("error", [name for name in ERRORS if name != "died"])
@pytest.mark.parametrize(("status", "step"), [case for case in CASES if case not in ALERTING])
def test_a_fault_that_stays_is_told_of_on_the_last_receive_alone(
    shipments: ShipmentsWorld, status: str, step: int, error: str
) -> None:
    """S4.3: and the message goes to the failure queue."""
    told: list[int] = []
    for receive in range(1, MAX_RECEIVES + 1):
        one = message(wrapped(shipments.event(status, event_id="the-same")), receives=receive)
        fault = Fault(nth=step, error=ERRORS[error], times=1)
        processor = shipments.processor(
            dynamodb=Faulty(shipments.aws.dynamodb, fault), sns=Faulty(shipments.topic, fault)
        )
        assert shipments.send(one, processor=processor) == [one["messageId"]]
        told.append(len(shipments.topic.alerts))
        shipments.clock.forward(seconds=VISIBILITY_S)
    assert told == [0, 0, 0, 0, 1]
    (alert,) = shipments.topic.alerts
    assert alert["alert"] == "event given up"
    assert alert["receives"] == MAX_RECEIVES
    assert alert["error"] == type(ERRORS[error]()).__name__
    assert {"message_id", "request_id"} <= set(alert)
    assert "secret detail" not in str(alert)


def test_a_mark_that_cannot_be_set_is_counted_and_sends_no_second_alert(shipments: ShipmentsWorld) -> None:
    """S4.3."""
    fault = Fault(nth=5, error=ERRORS["throttled"])
    assert delivered(shipments, wrapped(shipments.event("EXCEPTION")), fault) == 1
    assert shipments.counted["AlertFailures"] == 1
    assert len(shipments.topic.alerts) == 1


@pytest.mark.parametrize("status", ["IN_TRANSIT", "EXCEPTION", "LOST"])
def test_a_topic_that_is_down_does_not_hide_the_first_error(
    shipments: ShipmentsWorld, status: str, caplog: pytest.LogCaptureFixture
) -> None:
    """S4.3: the table's error is what is logged, and the message comes again."""
    fault = Fault(nth=1, error=ERRORS["throttled"], times=99)
    assert delivered(shipments, wrapped(shipments.event(status)), fault) is None
    assert shipments.topic.alerts == []
    assert shipments.counted["AlertFailures"] == 1
    assert [one.aws_codes for one in caplog.records if one.message == "message failed"] == [  # type: ignore[attr-defined, unused-ignore]
        ["ThrottlingException"]
    ] * MAX_RECEIVES
    assert fault.calls == ["put_item"] * MAX_RECEIVES + ["publish"]


def test_an_exception_whose_alert_cannot_be_sent_comes_again_until_it_can(shipments: ShipmentsWorld) -> None:
    """S4.3: the business alert is part of the work; the event itself is recorded from the first time on."""
    fault = Fault(nth=4, error=ERRORS["5xx"])
    assert delivered(shipments, wrapped(shipments.event("EXCEPTION")), fault) == 2
    assert len(shipments.topic.alerts) == 1
    assert len(shipments.history()) == 1
    assert shipments.counted["AlertFailures"] == 1


def test_one_message_that_fails_does_not_bring_the_others_back(shipments: ShipmentsWorld) -> None:
    """S4.3: partial batch failures."""
    events = [shipments.event(event_id=f"e{number}") for number in range(3)]
    messages = [message(wrapped(event)) for event in events]
    fault = Fault(nth=3, error=ERRORS["throttled"])
    processor = shipments.processor(dynamodb=Faulty(shipments.aws.dynamodb, fault))
    assert shipments.send(*messages, processor=processor) == [messages[1]["messageId"]]
    assert [row["event_id"]["S"] for row in shipments.history()] == ["e0", "e2"]
    assert shipments.send(messages[1]) == []
    assert [row["event_id"]["S"] for row in shipments.history()] == ["e0", "e1", "e2"]
    assert shipments.counted["Failed"] == 1


@pytest.mark.parametrize("count", ["", "many", "²", "1e3"])
def test_a_receive_count_that_is_no_number_is_not_the_last(shipments: ShipmentsWorld, count: str) -> None:
    fault = Fault(nth=1, error=ERRORS["throttled"])
    processor = shipments.processor(dynamodb=Faulty(shipments.aws.dynamodb, fault))
    one = message(wrapped(shipments.event()), receives=count)
    assert shipments.send(one, processor=processor) == [one["messageId"]]
    assert shipments.topic.alerts == []
