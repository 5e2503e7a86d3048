"""Events of other systems on their way to a function: bus, rule and queue, and what keeps the failures."""

from __future__ import annotations

from collections.abc import Sequence

from generator.components.component import Component
from generator.components.event_rule import (
    EventBus,
    EventRule,
    event_bus,
    event_bus_arn,
    event_rule,
    event_rule_arn,
)
from generator.components.grant import Value
from generator.components.key import Key
from generator.components.queue import Queue, WorkQueue, failure_queue, work_queue
from generator.components.scope import Scope


class EventIntake(Component, frozen=True, kw_only=True):
    """Where events come in, and where a function takes them from.

    ``undelivered`` keeps what EventBridge could not put into the queue, ``failed`` what the function gave up.
    """

    bus: EventBus
    rule: EventRule
    queue: WorkQueue
    undelivered: Queue
    failed: Queue


def event_intake(
    scope: Scope,
    logical_id: str,
    *,
    sources: Sequence[str],
    consumer_timeout_s: int,
    encryption: Key,
) -> EventIntake:
    """Takes events of ``sources`` on a bus of its own, and queues them for a function of that timeout.

    Not on the account's default bus: there two environments of one account would hear each other, every
    service of AWS talks, and nothing is encrypted with our key. Ids made: <id>Bus, <id>Rule, <id>Queue,
    <id>Failed, <id>Undelivered.
    """
    bus_id, rule_id = f"{logical_id}Bus", f"{logical_id}Rule"
    from_rule = event_rule_arn(scope, rule_id, bus=bus_id)
    undelivered = failure_queue(
        scope,
        f"{logical_id}Undelivered",
        encryption=encryption,
        events_of=(event_bus_arn(scope, bus_id), from_rule),
    )
    failed = failure_queue(scope, f"{logical_id}Failed", encryption=encryption)
    queue = work_queue(
        scope,
        f"{logical_id}Queue",
        consumer_timeout_s=consumer_timeout_s,
        failures=failed,
        encryption=encryption,
        events_of=(from_rule,),
    )
    bus = event_bus(
        scope, bus_id, purpose=f"Events for {scope.prefix}", encryption=encryption, failures=undelivered
    )
    rule = event_rule(
        scope,
        rule_id,
        purpose=f"Queues the events for {scope.prefix}",
        bus=bus,
        sources=sources,
        target=queue,
        failures=undelivered,
    )
    parts = (undelivered, failed, queue, bus, rule)
    outputs: tuple[tuple[str, Value, str], ...] = (
        ("EventBusArn", bus.arn, "Bus that senders need events:PutEvents for"),
        ("EventBusName", bus.name, "Bus that senders put events on"),
        ("FailedEventsUrl", failed.url, "Queue of events that the function gave up"),
        ("QueueUrl", queue.url, "Queue of events that wait"),
        ("UndeliveredEventsUrl", undelivered.url, "Queue of events that EventBridge could not deliver"),
    )
    return EventIntake(
        bus=bus,
        rule=rule,
        queue=queue,
        undelivered=undelivered,
        failed=failed,
        resources=tuple(resource for part in parts for resource in part.resources),
        outputs=outputs,
    )
