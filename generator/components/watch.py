"""What is watched of a system: alarms and graphs of each part, one alarm that sums up, one dashboard."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct
from msgspec.structs import replace

from generator.components.alarm import Alarm, composite
from generator.components.api_stage import STAGE
from generator.components.burn import burn_alarms
from generator.components.component import Component
from generator.components.dashboard import Graph, Series, dashboard
from generator.components.event_intake import EventIntake
from generator.components.event_rule import EventRule
from generator.components.function import Function
from generator.components.monitoring import ALERT_FAILURES, FAILED, RECEIVED, Monitor, own_metric
from generator.components.queue import Queue
from generator.components.rest_api import RestApi
from generator.components.table import Table


class Part(Struct, frozen=True):
    """One row of a dashboard and the alarms on what it shows.

    ``rollback`` are logical ids of those alarms that roll an update back. ``objective`` are alarms on an
    objective of availability, which sum up for themselves.
    """

    heading: str
    alarms: tuple[Alarm, ...]
    graphs: tuple[Graph, ...]
    rollback: tuple[str, ...] = ()
    objective: tuple[Alarm, ...] = ()


class Watch(Component, frozen=True, kw_only=True):
    """All alarms of a system and its dashboard; ``rollback`` are the alarms that roll an update back."""

    rollback: tuple[str, ...]


def watch(monitor: Monitor, *, region: str, noticed: Sequence[Part], behind: Sequence[Part]) -> Watch:
    """UnhealthyAlarm rings when any alarm of ``noticed`` does: the parts whose trouble callers notice.

    ``behind`` are the parts that work unseen. The dashboard shows both.
    """
    parts, system = (*noticed, *behind), monitor.scope.prefix
    summary = composite(
        monitor.scope,
        "UnhealthyAlarm",
        meaning=f"{system} does not serve its callers; see the dashboard {system}-dashboard",
        operator="OR",
        alarms=[one for part in noticed for one in part.alarms],
        topic=monitor.topic,
    )
    board = dashboard(
        monitor.scope, "Dashboard", region=region, rows=[(part.heading, part.graphs) for part in parts]
    )
    alarms = (*(one for part in parts for one in (*part.alarms, *part.objective)), summary)
    return Watch(
        resources=(*(resource for one in alarms for resource in one.resources), *board.resources),
        rollback=tuple(title for part in parts for title in part.rollback),
        outputs=(("AlarmTopicArn", monitor.topic.arn, "Topic that every alarm tells"),),
    )


def api_part(monitor: Monitor, heading: str, api: RestApi) -> Part:
    """An API: 5xx answers, latency, and how fast its error budget burns."""
    rollback = (f"{api.logical_id}ServerErrorsAlarm",)
    return Part(heading, monitor.api(api), api_graphs(api), rollback, burn_alarms(monitor, api))


def cached_api_part(monitor: Monitor, heading: str, api: RestApi) -> Part:
    """An API with a cache: 5xx answers, latency, and how many reads the cache answers."""
    part = api_part(monitor, heading, api)
    return replace(part, graphs=(*part.graphs, cache_graph(api)))


def function_part(monitor: Monitor, heading: str, function: Function) -> Part:
    """A function: errors, throttles, duration."""
    rollback = (f"{function.logical_id}ErrorRateAlarm",)
    return Part(heading, monitor.function(function), function_graphs(function), rollback)


def table_part(monitor: Monitor, heading: str, table: Table) -> Part:
    """A table and its indexes: throttles and DynamoDB's own errors."""
    return Part(heading, monitor.table(table), table_graphs(table))


def stream_part(monitor: Monitor, heading: str, consumer: Function, failures: Queue) -> Part:
    """A table's stream: how far behind its consumer is, and what that gave up on."""
    alarms = (*monitor.stream(consumer), monitor.failures(failures))
    return Part(heading, alarms, stream_graphs(consumer, failures))


def failures_part(monitor: Monitor, heading: str, queue: Queue) -> Part:
    """A queue of what could not be processed."""
    return Part(heading, (monitor.failures(queue),), queue_graphs(queue))


def intake_parts(
    monitor: Monitor, events: EventIntake, consumer: Function, *, counts: Sequence[str]
) -> tuple[Part, ...]:
    """Events on their way: bus and rule, queue, the function that takes them, and what became of them.

    ``counts`` are metrics of the function's own, beside those that have alarms.
    """
    counted = (own_metric(monitor.scope, name) for name in (RECEIVED, *counts, FAILED, ALERT_FAILURES))
    lines = tuple(Series(one.namespace, one.name, one.dimensions, one.statistic) for one in counted)
    return (
        Part(
            "Event rule",
            (monitor.rule(events.rule), monitor.failures(events.undelivered)),
            (*rule_graphs(events.rule), *queue_graphs(events.undelivered)),
        ),
        Part(
            "Event queue",
            (monitor.work(events.queue), monitor.failures(events.failed)),
            (*queue_graphs(events.queue), *queue_graphs(events.failed)),
        ),
        function_part(monitor, "Processor", consumer),
        Part(
            "Outcomes",
            monitor.outcomes(consumer),
            (Graph("Outcomes", lines),),
            (f"{consumer.logical_id}MessageErrorRateAlarm",),
        ),
    )


def api_graphs(api: RestApi) -> tuple[Graph, ...]:
    """Requests, errors and latency of an API."""
    dimensions = (("ApiName", api.physical_name), ("Stage", STAGE))

    def series(metric: str, statistic: str = "Sum") -> Series:
        return Series("AWS/ApiGateway", metric, dimensions, statistic)

    return (
        Graph("Requests", (series("Count"),)),
        Graph("Errors", (series("4XXError"), series("5XXError"))),
        Graph("Latency", (series("Latency", "p50"), series("Latency", "p99")), unit="ms"),
    )


def cache_graph(api: RestApi) -> Graph:
    """Reads that an API's cache answered, and those that it did not have."""
    dimensions = (("ApiName", api.physical_name), ("Stage", STAGE))
    counts = ("CacheHitCount", "CacheMissCount")
    return Graph("Cache", tuple(Series("AWS/ApiGateway", name, dimensions) for name in counts))


def function_graphs(function: Function) -> tuple[Graph, ...]:
    """Invocations, failures and duration of a function."""
    dimensions = (("FunctionName", function.physical_name),)

    def series(metric: str, statistic: str = "Sum") -> Series:
        return Series("AWS/Lambda", metric, dimensions, statistic)

    return (
        Graph("Invocations", (series("Invocations"), series("ConcurrentExecutions", "Maximum"))),
        Graph("Failures", (series("Errors"), series("Throttles"))),
        Graph("Duration", (series("Duration", "p50"), series("Duration", "p95")), unit="ms"),
    )


def table_graphs(table: Table) -> tuple[Graph, ...]:
    """Use, throttling and latency of a table; throttling of its indexes too."""
    own = (("TableName", table.physical_name),)
    places = [own, *((("GlobalSecondaryIndexName", index.name), *own) for index in table.indexes)]
    throttles = tuple(
        Series("AWS/DynamoDB", metric, dimensions)
        for dimensions in places
        for metric in ("ReadThrottleEvents", "WriteThrottleEvents")
    )
    used = tuple(
        Series("AWS/DynamoDB", metric, own)
        for metric in ("ConsumedReadCapacityUnits", "ConsumedWriteCapacityUnits")
    )
    latency = tuple(
        Series("AWS/DynamoDB", "SuccessfulRequestLatency", (("Operation", operation), *own), "p99")
        for operation in ("GetItem", "Query", "TransactWriteItems")
    )
    return (
        Graph("Capacity", used, unit="units"),
        Graph("Throttled", throttles),
        Graph("Latency", latency, unit="ms"),
    )


def stream_graphs(consumer: Function, failures: Queue) -> tuple[Graph, ...]:
    """How far a consumer is behind its stream, and what it gave up on."""
    age = Series("AWS/Lambda", "IteratorAge", (("FunctionName", consumer.physical_name),), "Maximum")
    return (Graph("Behind the stream", (age,), unit="ms"), *queue_graphs(failures))


def rule_graphs(rule: EventRule) -> tuple[Graph, ...]:
    """Events that matched a rule, and what became of them."""

    def series(metric: str) -> Series:
        return Series("AWS/Events", metric, rule.dimensions)

    delivered = (series("Invocations"), series("FailedInvocations"), series("InvocationsSentToDlq"))
    return (Graph("Events", (series("MatchedEvents"), *delivered)),)


def queue_graphs(queue: Queue) -> tuple[Graph, ...]:
    """Messages in a queue and the age of the oldest."""
    dimensions = (("QueueName", queue.physical_name),)
    visible = Series("AWS/SQS", "ApproximateNumberOfMessagesVisible", dimensions, "Maximum")
    oldest = Series("AWS/SQS", "ApproximateAgeOfOldestMessage", dimensions, "Maximum")
    return (
        Graph(f"Messages in {queue.physical_name}", (visible,)),
        Graph(f"Oldest in {queue.physical_name}", (oldest,), unit="s"),
    )
