"""SQS queues: one for work that is waiting, one for what could not be done."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from awacs.aws import Allow, ArnEquals, Condition, Principal, Statement, StringEquals
from troposphere import AccountId, GetAtt, Ref, sqs

from generator.components.component import Component
from generator.components.grant import Grant, Value, actions, deny_plain_http, document
from generator.components.key import EVENT_BRIDGE, Key
from generator.components.scope import Scope

DAY_SECONDS = 24 * 3600
# The longest that SQS allows ("SetQueueAttributes"). Work waits less, or a message that was given up after a
# week would be old when it reaches the failure queue: there its age counts from when it was first sent.
FAILURE_RETENTION_SECONDS = 14 * DAY_SECONDS
WORK_RETENTION_SECONDS = 7 * DAY_SECONDS
# Lambda developer guide, "Using Lambda with Amazon SQS": so that a batch that runs into the timeout, or is
# throttled meanwhile, is not handed out a second time.
VISIBILITY_IN_TIMEOUTS = 6
RECEIVES = 5


class Queue(Component, frozen=True, kw_only=True):
    """A queue and the permission to send to it."""

    logical_id: str
    physical_name: str
    encryption: Key

    @property
    def arn(self) -> Value:
        """ARN of the queue."""
        return GetAtt(self.logical_id, "Arn")

    @property
    def url(self) -> Value:
        """URL of the queue."""
        return Ref(self.logical_id)

    def send(self) -> tuple[Grant, ...]:
        """Send messages."""
        grant = Grant(sid=f"SendTo{self.logical_id}", actions=("sqs:SendMessage",), resources=(self.arn,))
        return (grant, self.encryption.encrypt_through("sqs"))


class WorkQueue(Queue, frozen=True, kw_only=True):
    """A queue that a function empties. A message is handed out ``receives`` times, then it is given up."""

    receives: int

    def consume(self) -> tuple[Grant, ...]:
        """What an event source mapping needs to empty the queue.

        Source: Lambda developer guide, "Using Lambda with Amazon SQS".
        """
        grant = Grant(
            sid=f"Consume{self.logical_id}",
            actions=("sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ReceiveMessage"),
            resources=(self.arn,),
        )
        return (grant, self.encryption.decrypt_through("sqs"))


def failure_queue(
    scope: Scope, logical_id: str, *, encryption: Key, events_of: Sequence[Value] = ()
) -> Queue:
    """Keeps what could not be processed for 14 days, the longest that SQS allows. TLS only.

    ``events_of`` are ARNs of event rules and buses that may send to it.
    """
    name = scope.name("queue", logical_id)
    resources = _queue(
        scope, logical_id, encryption, events_of, MessageRetentionPeriod=FAILURE_RETENTION_SECONDS
    )
    return Queue(logical_id=logical_id, physical_name=name, encryption=encryption, resources=resources)


def work_queue(
    scope: Scope,
    logical_id: str,
    *,
    consumer_timeout_s: int,
    failures: Queue,
    encryption: Key,
    events_of: Sequence[Value] = (),
) -> WorkQueue:
    """Hands each message to a function, up to five times; then it goes to ``failures``. TLS only.

    A message in work is hidden for six times ``consumer_timeout_s``, the function's timeout. ``events_of``
    are ARNs of event rules that may send to it.
    """
    name = scope.name("queue", logical_id)
    resources = _queue(
        scope,
        logical_id,
        encryption,
        events_of,
        MessageRetentionPeriod=WORK_RETENTION_SECONDS,
        RedrivePolicy=sqs.RedrivePolicy(deadLetterTargetArn=failures.arn, maxReceiveCount=RECEIVES),
        VisibilityTimeout=VISIBILITY_IN_TIMEOUTS * consumer_timeout_s,
    )
    return WorkQueue(
        logical_id=logical_id,
        physical_name=name,
        encryption=encryption,
        receives=RECEIVES,
        resources=resources,
    )


def _queue(
    scope: Scope, logical_id: str, encryption: Key, events_of: Sequence[Value], **settings: Any
) -> tuple[sqs.Queue, sqs.QueuePolicy]:
    """A queue and its policy, which says who may send to it beside the roles of this account."""
    name = scope.name("queue", logical_id)
    queue = sqs.Queue(
        logical_id,
        QueueName=name,
        KmsMasterKeyId=encryption.arn,
        Tags=scope.tag_list(name),
        **settings,
        **scope.data_policies,
    )
    statements = [deny_plain_http([GetAtt(queue, "Arn")], "sqs:*")]
    policy = sqs.QueuePolicy(
        f"{logical_id}Policy",
        Queues=[Ref(queue)],
        PolicyDocument=document([*([_events(queue, events_of)] if events_of else []), *statements]),
    )
    return queue, policy


def _events(queue: sqs.Queue, senders: Sequence[Value]) -> Statement:
    """EventBridge, for these rules and buses only (EventBridge user guide, "Amazon SQS permissions")."""
    return Statement(
        Sid="EventsOfThisStack",
        Effect=Allow,
        Principal=Principal("Service", EVENT_BRIDGE),
        Action=actions("sqs:SendMessage"),
        Resource=[GetAtt(queue, "Arn")],
        Condition=Condition(
            [StringEquals("aws:SourceAccount", AccountId), ArnEquals("aws:SourceArn", list(senders))]
        ),
    )
