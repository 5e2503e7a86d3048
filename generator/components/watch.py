"""The graphs that belong to each kind of component, for dashboards."""

from __future__ import annotations

from generator.components.api_stage import STAGE
from generator.components.dashboard import Graph, Series
from generator.components.function import Function
from generator.components.queue import Queue
from generator.components.rest_api import RestApi
from generator.components.table import Table


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


def queue_graphs(queue: Queue) -> tuple[Graph, ...]:
    """Messages in a queue and the age of the oldest."""
    dimensions = (("QueueName", queue.physical_name),)
    visible = Series("AWS/SQS", "ApproximateNumberOfMessagesVisible", dimensions, "Maximum")
    oldest = Series("AWS/SQS", "ApproximateAgeOfOldestMessage", dimensions, "Maximum")
    return (
        Graph(f"Messages in {queue.physical_name}", (visible,)),
        Graph(f"Oldest in {queue.physical_name}", (oldest,), unit="s"),
    )
