"""The alarms that every function, API, table, stream and queue has."""

from __future__ import annotations

from typing import Protocol

from msgspec import Struct

from generator.components.alarm import ONCE, Alarm, Metric, Window, alarm
from generator.components.api_stage import STAGE
from generator.components.function import Function
from generator.components.queue import Queue
from generator.components.rest_api import RestApi
from generator.components.scope import Scope
from generator.components.table import Table
from generator.components.topic import Topic

# DynamoDB reports errors of its own by operation; these are the ones that functions here use.
TABLE_OPERATIONS = ("DeleteItem", "GetItem", "PutItem", "Query", "TransactWriteItems", "UpdateItem")
LOW_TRAFFIC_SECONDS = 900


class Thresholds(Protocol):
    """The numbers that an environment decides; units are in the names."""

    @property
    def error_rate_percent(self) -> float:
        """Failed invocations, percent."""

    @property
    def minimum_requests(self) -> int:
        """Requests in a minute below which a rate says nothing."""

    @property
    def low_traffic_errors(self) -> int:
        """Failed invocations in 15 minutes."""

    @property
    def api_5xx_percent(self) -> float:
        """5xx answers, percent."""

    @property
    def p99_latency_ms(self) -> int:
        """Milliseconds."""

    @property
    def duration_percent_of_timeout(self) -> int:
        """p95 of the duration, percent of the timeout."""

    @property
    def iterator_age_s(self) -> int:
        """Seconds behind the stream."""

    @property
    def periods(self) -> int:
        """N of M of N, in minutes."""

    @property
    def datapoints(self) -> int:
        """M of M of N, in minutes."""


class Monitor(Struct, frozen=True):
    """Where alarms go and how strict they are; its methods give the alarms of one thing each."""

    scope: Scope
    topic: Topic
    thresholds: Thresholds

    @property
    def window(self) -> Window:
        """The environment's M of N, in minutes."""
        return Window(periods=self.thresholds.periods, datapoints=self.thresholds.datapoints)

    def function(self, function: Function) -> tuple[Alarm, ...]:
        """Error rate, errors at low traffic or in a short burst, throttles, and time close to the timeout."""
        limits, name = self.thresholds, function.logical_id
        errors, calls = self._lambda(function, "Errors"), self._lambda(function, "Invocations")
        quiet = limits.minimum_requests * LOW_TRAFFIC_SECONDS // 60
        timeout_ms = function.timeout_s * 1000 * limits.duration_percent_of_timeout // 100
        return (
            alarm(
                self.scope,
                f"{name}ErrorRateAlarm",
                meaning=f"{function.name} fails in over {limits.error_rate_percent} % of its invocations",
                expression=f"IF(calls >= {limits.minimum_requests}, 100 * errors / calls, 0)",
                inputs={"calls": calls, "errors": errors},
                threshold=limits.error_rate_percent,
                comparison="GreaterThanThreshold",
                window=self.window,
                topic=self.topic,
            ),
            alarm(
                self.scope,
                f"{name}LowTrafficErrorsAlarm",
                meaning=f"{function.name} failed {limits.low_traffic_errors} times in 15 minutes",
                expression=(
                    f"IF(calls < {quiet}, errors, "
                    f"IF(100 * errors > {limits.error_rate_percent} * calls, errors, 0))"
                ),
                inputs={"calls": calls, "errors": errors},
                threshold=limits.low_traffic_errors,
                window=Window(periods=1, datapoints=1, seconds=LOW_TRAFFIC_SECONDS),
                topic=self.topic,
            ),
            alarm(
                self.scope,
                f"{name}ThrottlesAlarm",
                meaning=f"{function.name} is refused for lack of concurrency",
                expression="FILL(throttles, 0)",
                inputs={"throttles": self._lambda(function, "Throttles")},
                threshold=1,
                window=self.window,
                topic=self.topic,
            ),
            alarm(
                self.scope,
                f"{name}DurationAlarm",
                meaning=f"{function.name} takes over {limits.duration_percent_of_timeout} % of its timeout",
                expression="duration",
                inputs={"duration": self._lambda(function, "Duration", "p95")},
                threshold=timeout_ms,
                comparison="GreaterThanThreshold",
                window=self.window,
                topic=self.topic,
            ),
        )

    def api(self, api: RestApi) -> tuple[Alarm, ...]:
        """Rate of 5xx answers, and latency of the slowest in a hundred requests."""
        limits = self.thresholds
        count = self._api(api, "Count", "Sum")
        return (
            alarm(
                self.scope,
                f"{api.logical_id}ServerErrorsAlarm",
                meaning=f"{api.physical_name} answers over {limits.api_5xx_percent} % of requests with 5xx",
                expression=f"IF(count >= {limits.minimum_requests}, 100 * errors / count, 0)",
                inputs={"count": count, "errors": self._api(api, "5XXError", "Sum")},
                threshold=limits.api_5xx_percent,
                comparison="GreaterThanThreshold",
                window=self.window,
                topic=self.topic,
            ),
            alarm(
                self.scope,
                f"{api.logical_id}LatencyAlarm",
                meaning=f"{api.physical_name}: 1 in 100 requests takes over {limits.p99_latency_ms} ms",
                expression=f"IF(count >= {limits.minimum_requests}, latency, 0)",
                inputs={"count": count, "latency": self._api(api, "Latency", "p99")},
                threshold=limits.p99_latency_ms,
                comparison="GreaterThanThreshold",
                window=self.window,
                topic=self.topic,
            ),
        )

    def table(self, table: Table) -> tuple[Alarm, ...]:
        """Throttled reads and writes of the table and of each index, and errors of DynamoDB itself.

        Alarms on DynamoDB's metrics ignore missing data whatever they are told, and could ring for ever
        (CloudWatch user guide, "Configuring how CloudWatch alarms treat missing data"). FILL gives zeros.
        """
        own = (("TableName", table.name),)
        places = {
            "": own,
            **{index.name: (("GlobalSecondaryIndexName", index.name), *own) for index in table.indexes},
        }
        throttled = tuple(
            alarm(
                self.scope,
                f"{table.logical_id}{place}ThrottlesAlarm",
                meaning=f"{table.physical_name} {place or 'table'} refuses requests: a hot key, or a burst",
                expression="FILL(reads, 0) + FILL(writes, 0)",
                inputs={
                    "reads": Metric("AWS/DynamoDB", "ReadThrottleEvents", dimensions, "Sum"),
                    "writes": Metric("AWS/DynamoDB", "WriteThrottleEvents", dimensions, "Sum"),
                },
                threshold=1,
                window=self.window,
                topic=self.topic,
            )
            for place, dimensions in places.items()
        )
        failing = alarm(
            self.scope,
            f"{table.logical_id}SystemErrorsAlarm",
            meaning=f"DynamoDB itself fails for {table.physical_name}; see the AWS Health Dashboard",
            expression=" + ".join(f"FILL(m{number}, 0)" for number in range(len(TABLE_OPERATIONS))),
            inputs={
                f"m{number}": Metric("AWS/DynamoDB", "SystemErrors", (("Operation", operation), *own), "Sum")
                for number, operation in enumerate(TABLE_OPERATIONS)
            },
            threshold=1,
            window=self.window,
            topic=self.topic,
        )
        return (*throttled, failing)

    def stream(self, consumer: Function) -> tuple[Alarm, ...]:
        """Records wait too long, or could not even be put aside."""
        limits = self.thresholds
        return (
            alarm(
                self.scope,
                f"{consumer.logical_id}IteratorAgeAlarm",
                meaning=f"{consumer.name} is more than {limits.iterator_age_s} s behind its stream",
                expression="age",
                inputs={"age": self._lambda(consumer, "IteratorAge", "Maximum")},
                threshold=limits.iterator_age_s * 1000,
                comparison="GreaterThanThreshold",
                window=Window(periods=limits.periods, datapoints=limits.periods),
                topic=self.topic,
            ),
            alarm(
                self.scope,
                f"{consumer.logical_id}LostFailuresAlarm",
                meaning=f"What {consumer.name} gave up on could not be put into its failure queue",
                expression="FILL(undelivered, 0)",
                inputs={"undelivered": self._lambda(consumer, "DestinationDeliveryFailures")},
                threshold=1,
                window=ONCE,
                topic=self.topic,
            ),
        )

    def failures(self, queue: Queue) -> Alarm:
        """Something was given up on; each message is a confirmed failure, so one is enough."""
        return alarm(
            self.scope,
            f"{queue.logical_id}Alarm",
            meaning=f"{queue.physical_name} holds what could not be processed",
            expression="waiting",
            inputs={
                "waiting": Metric(
                    "AWS/SQS",
                    "ApproximateNumberOfMessagesVisible",
                    (("QueueName", queue.physical_name),),
                    "Maximum",
                )
            },
            threshold=1,
            window=ONCE,
            topic=self.topic,
        )

    def _lambda(self, function: Function, metric: str, statistic: str = "Sum") -> Metric:
        return Metric("AWS/Lambda", metric, (("FunctionName", function.name),), statistic)

    def _api(self, api: RestApi, metric: str, statistic: str) -> Metric:
        return Metric("AWS/ApiGateway", metric, (("ApiName", api.physical_name), ("Stage", STAGE)), statistic)
