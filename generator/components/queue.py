"""An SQS queue."""

from __future__ import annotations

from troposphere import GetAtt, Ref, sqs

from generator.components.component import Component
from generator.components.grant import Grant, Value, deny_plain_http, document
from generator.components.key import Key
from generator.components.scope import Scope

MAXIMUM_RETENTION_SECONDS = 14 * 24 * 3600


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


def failure_queue(scope: Scope, logical_id: str, *, encryption: Key) -> Queue:
    """Keeps what could not be processed for 14 days, the longest that SQS allows. TLS only."""
    name = scope.name("queue", logical_id)
    queue = sqs.Queue(
        logical_id,
        QueueName=name,
        KmsMasterKeyId=encryption.arn,
        MessageRetentionPeriod=MAXIMUM_RETENTION_SECONDS,
        Tags=scope.tag_list(name),
        **scope.data_policies,
    )
    policy = sqs.QueuePolicy(
        f"{logical_id}Policy",
        Queues=[Ref(queue)],
        PolicyDocument=document([deny_plain_http([GetAtt(queue, "Arn")], "sqs:*")]),
    )
    return Queue(logical_id=logical_id, physical_name=name, encryption=encryption, resources=(queue, policy))
