"""What hands events to a function."""

from __future__ import annotations

import json
from collections.abc import Mapping

from troposphere import awslambda

from generator.components.compat import ScalingConfig
from generator.components.component import Component
from generator.components.function import Function
from generator.components.queue import Queue, WorkQueue
from generator.components.scope import Scope
from generator.components.table import Table


class EventSource(Component, frozen=True, kw_only=True):
    """A mapping from a stream or queue to a function."""

    logical_id: str


def table_stream(
    scope: Scope,
    logical_id: str,
    *,
    table: Table,
    consumer: Function,
    failures: Queue,
    only: Mapping[str, object],
) -> EventSource:
    """Hands a table's changes to ``consumer`` in order; bad batches are bisected and retried.

    ``only`` is the filter pattern over a stream record; records of another shape invoke nothing. What
    fails five times or for an hour goes to ``failures`` as a position in the stream.
    """
    name = scope.name("function", logical_id)
    mapping = awslambda.EventSourceMapping(
        logical_id,
        BatchSize=100,
        BisectBatchOnFunctionError=True,
        DestinationConfig=awslambda.DestinationConfig(
            OnFailure=awslambda.OnFailure(Destination=failures.arn)
        ),
        Enabled=True,
        EventSourceArn=table.stream_arn,
        FilterCriteria=awslambda.FilterCriteria(
            Filters=[awslambda.Filter(Pattern=json.dumps(only, sort_keys=True, separators=(",", ":")))]
        ),
        FunctionName=consumer.alias_arn,
        FunctionResponseTypes=["ReportBatchItemFailures"],
        MaximumBatchingWindowInSeconds=2,
        MaximumRecordAgeInSeconds=3600,
        MaximumRetryAttempts=5,
        StartingPosition="TRIM_HORIZON",
        Tags=scope.tag_list(name),
    )
    return EventSource(logical_id=logical_id, resources=(mapping,))


def queue_messages(
    scope: Scope, logical_id: str, *, queue: WorkQueue, consumer: Function, at_once: int
) -> EventSource:
    """Hands up to ten messages to ``consumer``, which reports those that have to come again.

    ``at_once`` is the most executions; Lambda takes 2 to 1000. It keeps Lambda from taking messages that it
    then cannot hand on: each such attempt counts as a receive, and the last one gives the message up.
    """
    name = scope.name("function", logical_id)
    mapping = awslambda.EventSourceMapping(
        logical_id,
        BatchSize=10,
        Enabled=True,
        EventSourceArn=queue.arn,
        FunctionName=consumer.alias_arn,
        FunctionResponseTypes=["ReportBatchItemFailures"],
        ScalingConfig=ScalingConfig(MaximumConcurrency=min(max(at_once, 2), 1000)),
        Tags=scope.tag_list(name),
    )
    return EventSource(logical_id=logical_id, resources=(mapping,))
