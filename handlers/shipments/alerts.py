"""Messages to people: short, with ids and without what was in an event."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from handlers.common.clock import Clock, timestamp
from handlers.common.jsontext import encode
from handlers.shipments.store import Row, update

MAX_SUBJECT = 100  # SNS API reference, "Publish": at most 100 ASCII characters, no control characters.


class AlertFailedError(Exception):
    """An alert could not be published; its cause says why."""


@dataclass(frozen=True, kw_only=True)
class Alert:
    """What people are told. facts: ids and kinds of errors; those that are None are left out."""

    title: str
    facts: Mapping[str, str | int | None]


@dataclass(frozen=True, kw_only=True)
class Turn:
    """One delivery of a message to one invocation. until: when that has ended at the latest."""

    id: str
    until: datetime


class Alerts:
    """Publishes to a topic. failed: is told of each alert that could not be sent."""

    def __init__(
        self,
        sns: Any,
        dynamodb: Any,
        *,
        topic: str,
        environment: str,
        clock: Clock,
        failed: Callable[[Alert, Exception], None],
    ) -> None:
        self._sns = sns
        self._dynamodb = dynamodb
        self._topic = topic
        self._environment = environment
        self._clock = clock
        self._failed = failed

    def publish(self, alert: Alert) -> None:
        """Publish an alert.

        Raises:
            AlertFailedError: it could not be published.
        """
        facts = {name: value for name, value in alert.facts.items() if value is not None}
        message = {"alert": alert.title, "environment": self._environment, "service": "shipments", **facts}
        try:
            self._sns.publish(
                TopicArn=self._topic,
                Subject=subject(f"{self._environment} shipments: {alert.title}"),
                Message=encode(message),
            )
        except Exception as error:
            self._failed(alert, error)
            raise AlertFailedError(alert.title) from error

    def publish_once(self, alert: Alert, row: Row, *, turn: Turn) -> None:
        """Publish the alert of a row unless that was done, or is being done in another turn.

        If this turn dies before it has said that the alert is out, the message's next one publishes it.

        Raises:
            AlertFailedError: it could not be published.
            ClientError, BotoCoreError: the row cannot be written now.
        """
        if not self._claim(row, turn):
            return
        self.publish(alert)
        try:
            self._mark(row)
        except Exception as error:
            # The alert is out. To fail now would send it again.
            self._failed(alert, error)

    def _claim(self, row: Row, turn: Turn) -> bool:
        """Take the row's alert for this turn. botocore may do so twice, if the first answer was lost."""
        return update(
            self._dynamodb,
            TableName=row.table,
            Key=row.key,
            UpdateExpression="SET alert_claim = :mine",
            ConditionExpression=(
                "attribute_not_exists(alerted_at) AND "
                "(attribute_not_exists(alert_claim) OR alert_claim < :now OR alert_claim = :mine)"
            ),
            ExpressionAttributeValues={
                ":mine": {"S": f"{timestamp(turn.until)}#{turn.id}"},
                ":now": {"S": timestamp(self._clock())},
            },
        )

    def _mark(self, row: Row) -> None:
        self._dynamodb.update_item(
            TableName=row.table,
            Key=row.key,
            UpdateExpression="SET alerted_at = :now REMOVE alert_claim",
            ExpressionAttributeValues={":now": {"S": timestamp(self._clock())}},
        )


def subject(text: str) -> str:
    """Return a text as a subject: printable ASCII on one line, at most 100 characters."""
    return "".join(letter if " " <= letter <= "~" else "?" for letter in text)[:MAX_SUBJECT]
