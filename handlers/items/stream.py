"""The Lambda function that turns the items table's stream into the audit trail."""

import os
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit

from handlers.common.clients import aws_client
from handlers.items.audit import AuditTrail, Outcome
from handlers.items.changes import sequence_number

logger = Logger()
metrics = Metrics()
metrics.set_default_dimensions(environment=os.environ.get("ENVIRONMENT", "unknown"))


def process(
    records: Sequence[Mapping[str, Any]], trail: AuditTrail, *, count: Callable[[str, int], None]
) -> dict[str, list[dict[str, str]]]:
    """Write records in their order, and stop at the first that fails.

    Powertools' batch processor would go on after a failure, and so out of order.
    count: is told how many records had each outcome.

    Returns:
        What a stream mapping with ReportBatchItemFailures wants: the sequence number to go on from.
    """
    outcomes: Counter[Outcome] = Counter()
    failures: list[dict[str, str]] = []
    try:
        for record in records:
            try:
                outcomes[trail.record(record)] += 1
            except Exception as error:
                sequence = sequence_number(record)
                logger.exception("record failed", sequence_number=sequence, error=type(error).__name__)
                if sequence is None:
                    raise  # Nothing to report it by: Lambda sends the whole batch again.
                failures.append({"itemIdentifier": sequence})
                break
    finally:
        for outcome in Outcome:
            count(outcome.value, outcomes[outcome])
        count("Failed", len(failures))
    return {"batchItemFailures": failures}


@cache
def _trail() -> AuditTrail:
    return AuditTrail(aws_client("dynamodb"), table=os.environ["AUDIT_TABLE_NAME"])


if "AWS_LAMBDA_FUNCTION_NAME" in os.environ:
    _trail()  # While Lambda starts a container it gives it a full processor: clients are costly to make.


@logger.inject_lambda_context(clear_state=True)
@metrics.log_metrics(capture_cold_start_metric=True)
def handler(event: dict[str, Any], context: Any) -> dict[str, list[dict[str, str]]]:  # noqa: ARG001 - Lambda's
    """Process a batch of records of a DynamoDB stream."""
    return process(event["Records"], _trail(), count=_count)


def _count(name: str, value: int) -> None:
    metrics.add_metric(name=name, unit=MetricUnit.Count, value=value)
