"""The Lambda function that records what carriers report."""

import os
from collections.abc import Callable, Mapping
from datetime import timedelta
from functools import cache, partial
from pathlib import Path
from typing import Any

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord

from handlers.common.clients import aws_client
from handlers.common.clock import Clock, utc_now
from handlers.common.contract import load_contract
from handlers.common.failures import traits
from handlers.shipments.alerts import Alert, Alerts
from handlers.shipments.intake import Intake, Message, Outcome
from handlers.shipments.rejections import RejectionTable
from handlers.shipments.store import ShipmentTable

# One call of AWS that fails takes up to 12 s with all its attempts (common.clients). What cannot be begun in
# time is handed back untouched: a function that runs into its timeout fails the whole batch instead.
RESERVE_S = 15

Count = Callable[[str, int], None]

logger = Logger()
metrics = Metrics()
metrics.set_default_dimensions(environment=os.environ.get("ENVIRONMENT", "unknown"))


class OutOfTimeError(Exception):
    """The invocation has no time left for another message."""


class Processor:
    """Takes a batch to Lambda's answer: the messages that have to come again.

    count: is told how many messages had each outcome.
    """

    def __init__(self, intake: Intake, *, clock: Clock, count: Count) -> None:
        self._intake = intake
        self._clock = clock
        self._count = count
        self._batch = BatchProcessor(event_type=EventType.SQS, raise_on_entire_batch_failure=False)

    def process(self, event: dict[str, Any], context: Any) -> dict[str, Any]:
        """Process a batch of an SQS queue, each message on its own."""
        self._count("Received", len(event["Records"]))
        for outcome in Outcome:
            self._count(outcome.value, 0)
        take = partial(self._take, reserve_s=min(RESERVE_S, _left_s(context) / 2))
        answer = process_partial_response(event, take, self._batch, context)
        self._count("Failed", len(answer["batchItemFailures"]))
        return dict(answer)

    def _take(self, record: SQSRecord, lambda_context: Any, *, reserve_s: float) -> None:
        left_s = _left_s(lambda_context)
        message = Message(
            id=record.message_id,
            body=record.body,
            receives=_receives(record),
            request_id=lambda_context.aws_request_id,
            until=self._clock() + timedelta(seconds=left_s),
        )
        with logger.append_context_keys(correlation_id=message.id, receives=message.receives):
            try:
                outcome = self._take_in_time(message, spare_s=left_s - reserve_s)
            except Exception as error:
                _log("message failed", error)
                raise
            self._count(outcome.value, 1)

    def _take_in_time(self, message: Message, *, spare_s: float) -> Outcome:
        if spare_s >= 0:
            return self._intake.take(message)
        error = OutOfTimeError()
        self._intake.give_up(message, error)
        raise error


def make_processor(
    environment: Mapping[str, str], *, dynamodb: Any, sns: Any, count: Count, clock: Clock = utc_now
) -> Processor:
    """Return the processor with the settings of its environment.

    Raises:
        KeyError: a variable is missing.
    """

    def alert_failed(alert: Alert, error: Exception) -> None:
        _log(f"alert failed: {alert.title}", error)
        count("AlertFailures", 1)

    alerts = Alerts(
        sns,
        dynamodb,
        topic=environment["TOPIC_ARN"],
        environment=environment["ENVIRONMENT"],
        clock=clock,
        failed=alert_failed,
    )
    intake = Intake(
        ShipmentTable(dynamodb, table=environment["TABLE_NAME"], clock=clock),
        RejectionTable(dynamodb, table=environment["REJECTIONS_TABLE_NAME"], clock=clock),
        alerts,
        schema=load_contract(Path(__file__).with_name("openapi.json")).schemas["ShipmentEvent"],
        max_receives=int(environment["MAX_RECEIVES"]),
    )
    return Processor(intake, clock=clock, count=count)


def _left_s(context: Any) -> float:
    return float(context.get_remaining_time_in_millis()) / 1000


def _receives(record: SQSRecord) -> int:
    """How often SQS handed the message out; what is no number counts as the first time."""
    count = record.attributes.approximate_receive_count
    return int(count) if count.isascii() and count.isdecimal() else 1


def _log(what: str, error: Exception) -> None:
    logger.error(what, **traits(error))


def _count(name: str, value: int) -> None:
    metrics.add_metric(name=name, unit=MetricUnit.Count, value=value)


@cache
def _processor() -> Processor:
    return make_processor(os.environ, dynamodb=aws_client("dynamodb"), sns=aws_client("sns"), count=_count)


if "AWS_LAMBDA_FUNCTION_NAME" in os.environ:
    _processor()  # While Lambda starts a container it gives it a full processor: clients are costly to make.


@logger.inject_lambda_context(clear_state=True)
@metrics.log_metrics(capture_cold_start_metric=True)
def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Process messages of the queue that the event rule fills."""
    return _processor().process(event, context)
