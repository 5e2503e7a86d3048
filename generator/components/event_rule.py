"""An EventBridge event bus, and a rule that hands its events to a queue."""

from __future__ import annotations

from collections.abc import Sequence

from troposphere import GetAtt, Ref, Sub, events

from generator.components.component import Component
from generator.components.grant import Value
from generator.components.key import Key
from generator.components.queue import Queue
from generator.components.scope import Scope

# What EventBridge tries by default, too (EventBridge user guide, "Retrying event delivery").
RETRY_SECONDS = 24 * 3600
RETRY_ATTEMPTS = 185


class EventBus(Component, frozen=True, kw_only=True):
    """An event bus."""

    logical_id: str
    physical_name: str

    @property
    def name(self) -> Value:
        """Name of the bus, which a sender gives as EventBusName."""
        return Ref(self.logical_id)

    @property
    def arn(self) -> Value:
        """ARN of the bus, which a sender needs the permission events:PutEvents for."""
        return GetAtt(self.logical_id, "Arn")


class EventRule(Component, frozen=True, kw_only=True):
    """A rule on a bus."""

    logical_id: str
    physical_name: str
    bus: EventBus

    @property
    def dimensions(self) -> tuple[tuple[str, str], ...]:
        """Dimensions of the rule's metrics on a bus other than the default one ("Monitoring EventBridge")."""
        return (("EventBusName", self.bus.physical_name), ("RuleName", self.physical_name))


def event_bus_arn(scope: Scope, logical_id: str) -> Value:
    """ARN of a bus that is yet to be made, for the policies of the queues that it sends to."""
    return _arn(f"event-bus/{scope.name('event bus', logical_id)}")


def event_rule_arn(scope: Scope, logical_id: str, *, bus: str) -> Value:
    """ARN of a rule that is yet to be made on the bus of this logical id, for policies of queues."""
    return _arn(f"rule/{scope.name('event bus', bus)}/{scope.name('rule', logical_id)}")


def event_bus(scope: Scope, logical_id: str, *, purpose: str, encryption: Key, failures: Queue) -> EventBus:
    """Event bus, encrypted. Events that cannot be encrypted or decrypted go to ``failures``.

    Principals of this account may put events if their own policies let them; nobody else may.
    """
    name = scope.name("event bus", logical_id)
    resource = events.EventBus(
        logical_id,
        Name=name,
        Description=purpose,
        DeadLetterConfig=events.DeadLetterConfig(Arn=failures.arn),
        KmsKeyIdentifier=encryption.arn,
        Tags=scope.tag_list(name),
    )
    return EventBus(logical_id=logical_id, physical_name=name, resources=(resource,))


def event_rule(
    scope: Scope,
    logical_id: str,
    *,
    purpose: str,
    bus: EventBus,
    sources: Sequence[str],
    target: Queue,
    failures: Queue,
) -> EventRule:
    """Hands every event of ``sources`` to ``target``; what cannot be delivered within a day to ``failures``.

    Both queues have to let the rule in: see ``event_rule_arn``.
    """
    name = scope.name("rule", logical_id)
    resource = events.Rule(
        logical_id,
        Name=name,
        Description=purpose,
        # The rule delivers from its first moment, so the queues' policies have to be there.
        DependsOn=sorted(f"{queue.logical_id}Policy" for queue in (target, failures)),
        EventBusName=bus.name,
        EventPattern={"source": sorted(sources)},
        State="ENABLED",
        Tags=scope.tag_list(name),
        Targets=[
            events.Target(
                Id=target.logical_id,
                Arn=target.arn,
                DeadLetterConfig=events.DeadLetterConfig(Arn=failures.arn),
                RetryPolicy=events.RetryPolicy(
                    MaximumEventAgeInSeconds=RETRY_SECONDS, MaximumRetryAttempts=RETRY_ATTEMPTS
                ),
            )
        ],
    )
    return EventRule(logical_id=logical_id, physical_name=name, bus=bus, resources=(resource,))


def _arn(resource: str) -> Value:
    return Sub(f"arn:${{AWS::Partition}}:events:${{AWS::Region}}:${{AWS::AccountId}}:{resource}")
