"""The alarms that every function, API, table, stream and queue has."""

from __future__ import annotations

from msgspec import Struct

from generator.components.alarm import ONCE, Alarm, Metric, Window, alarm
from generator.components.api_stage import STAGE
from generator.components.event_rule import EventRule
from generator.components.foundation import settings_of
from generator.components.function import Function
from generator.components.queue import Queue, WorkQueue
from generator.components.rest_api import RestApi
from generator.components.scope import Scope
from generator.components.table import Table
from generator.components.thresholds import Thresholds
from generator.components.topic import Topic

# DynamoDB reports errors of its own by operation; these are the ones that functions here use.
TABLE_OPERATIONS = ("DeleteItem", "GetItem", "PutItem", "Query", "TransactWriteItems", "UpdateItem")
LOW_TRAFFIC_SECONDS = 900
# What a function that takes messages counts itself: how many it was given, how many have to come again, and
# alerts that it could not send.
RECEIVED, FAILED, ALERT_FAILURES = "Received", "Failed", "AlertFailures"


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
        timeout_ms = function.timeout_s * 1000 * limits.duration_percent_of_timeout // 100
        return (
            *self._errors(
                name,
                f"{function.name} fails",
                calls=self._lambda(function, "Invocations"),
                errors=self._lambda(function, "Errors"),
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
        count = api_metric(api, "Count")
        return (
            alarm(
                self.scope,
                f"{api.logical_id}ServerErrorsAlarm",
                meaning=f"{api.physical_name} answers over {limits.api_5xx_percent} % of requests with 5xx",
                expression=f"IF(count >= {limits.minimum_requests}, 100 * errors / count, 0)",
                inputs={"count": count, "errors": api_metric(api, "5XXError")},
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
                inputs={"count": count, "latency": api_metric(api, "Latency", "p99")},
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
            inputs={"waiting": self._sqs(queue, "ApproximateNumberOfMessagesVisible")},
            threshold=1,
            window=ONCE,
            topic=self.topic,
        )

    def work(self, queue: WorkQueue) -> Alarm:
        """Messages wait too long for their consumer."""
        limits = self.thresholds
        return alarm(
            self.scope,
            f"{queue.logical_id}AgeAlarm",
            meaning=f"A message in {queue.physical_name} has waited for over {limits.queue_age_s} s",
            expression="age",
            inputs={"age": self._sqs(queue, "ApproximateAgeOfOldestMessage")},
            threshold=limits.queue_age_s,
            comparison="GreaterThanThreshold",
            window=self.window,
            topic=self.topic,
        )

    def rule(self, rule: EventRule) -> Alarm:
        """Events did not reach their target, or not even the queue of those that did not.

        EventBridge sends these metrics only when they are not zero ("Monitoring Amazon EventBridge").
        """
        return alarm(
            self.scope,
            f"{rule.logical_id}FailedInvocationsAlarm",
            meaning=f"{rule.physical_name} could not deliver events to its target",
            expression="FILL(failed, 0) + FILL(lost, 0)",
            inputs={
                "failed": self._events(rule, "FailedInvocations"),
                "lost": self._events(rule, "InvocationsFailedToBeSentToDlq"),
            },
            threshold=1,
            window=ONCE,
            topic=self.topic,
        )

    def outcomes(self, consumer: Function) -> tuple[Alarm, ...]:
        """A function counts messages that fail, and alerts that it cannot send, in metrics of its own.

        Lambda counts no errors where a function reports single messages as failed.
        """
        unsent = alarm(
            self.scope,
            f"{consumer.logical_id}{ALERT_FAILURES}Alarm",
            meaning=f"{consumer.name} could not send an alert; its log says which",
            expression="FILL(count, 0)",
            inputs={"count": own_metric(self.scope, ALERT_FAILURES)},
            threshold=1,
            window=ONCE,
            topic=self.topic,
        )
        failing = self._errors(
            f"{consumer.logical_id}Message",
            f"{consumer.name} fails with a message",
            calls=own_metric(self.scope, RECEIVED),
            errors=own_metric(self.scope, FAILED),
        )
        return (*failing, unsent)

    def _errors(self, name: str, what: str, *, calls: Metric, errors: Metric) -> tuple[Alarm, Alarm]:
        """Too large a share of errors, and errors at low traffic or in a short burst."""
        limits = self.thresholds
        quiet = limits.minimum_requests * LOW_TRAFFIC_SECONDS // 60
        inputs = {"calls": calls, "errors": errors}
        rate = alarm(
            self.scope,
            f"{name}ErrorRateAlarm",
            meaning=f"{what} in over {limits.error_rate_percent} % of cases",
            expression=f"IF(calls >= {limits.minimum_requests}, 100 * errors / calls, 0)",
            inputs=inputs,
            threshold=limits.error_rate_percent,
            comparison="GreaterThanThreshold",
            window=self.window,
            topic=self.topic,
        )
        low_traffic = alarm(
            self.scope,
            f"{name}LowTrafficErrorsAlarm",
            meaning=f"{what} {limits.low_traffic_errors} times in 15 minutes",
            expression=(
                f"IF(calls < {quiet}, errors, "
                f"IF(100 * errors > {limits.error_rate_percent} * calls, errors, 0))"
            ),
            inputs=inputs,
            threshold=limits.low_traffic_errors,
            window=Window(periods=1, datapoints=1, seconds=LOW_TRAFFIC_SECONDS),
            topic=self.topic,
        )
        return rate, low_traffic

    def _sqs(self, queue: Queue, metric: str) -> Metric:
        return Metric("AWS/SQS", metric, (("QueueName", queue.physical_name),), "Maximum")

    def _events(self, rule: EventRule, metric: str) -> Metric:
        return Metric("AWS/Events", metric, rule.dimensions, "Sum")

    def _lambda(self, function: Function, metric: str, statistic: str = "Sum") -> Metric:
        return Metric("AWS/Lambda", metric, (("FunctionName", function.name),), statistic)


def api_metric(api: RestApi, name: str, statistic: str = "Sum") -> Metric:
    """A metric that API Gateway keeps of all of an API's requests."""
    return Metric("AWS/ApiGateway", name, (("ApiName", api.physical_name), ("Stage", STAGE)), statistic)


def own_metric(scope: Scope, name: str) -> Metric:
    """A metric that the functions of a stack count with Powertools' Metrics."""
    settings = settings_of(scope)
    dimensions = (
        ("environment", settings["ENVIRONMENT"]),
        ("service", settings["POWERTOOLS_SERVICE_NAME"]),
    )
    return Metric(settings["POWERTOOLS_METRICS_NAMESPACE"], name, dimensions, "Sum")
