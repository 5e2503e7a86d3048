"""W9629: a dead-letter queue without an alarm."""

from __future__ import annotations

from collections.abc import Iterator

from generator.rules._document import Document, Problem
from generator.rules._rule import Rule
from generator.rules._values import is_text
from generator.rules.monitoring._alarms import alarms, metrics

TARGETS = {
    "AWS::Events::Rule": ("Targets", "DeadLetterConfig", "Arn"),
    "AWS::Lambda::EventInvokeConfig": ("DestinationConfig", "OnFailure", "Destination"),
    "AWS::Lambda::EventSourceMapping": ("DestinationConfig", "OnFailure", "Destination"),
    "AWS::Lambda::Function": ("DeadLetterConfig", "TargetArn"),
    "AWS::SNS::Subscription": ("RedrivePolicy", "deadLetterTargetArn"),
    "AWS::SQS::Queue": ("RedrivePolicy", "deadLetterTargetArn"),
    "AWS::Scheduler::Schedule": ("Target", "DeadLetterConfig", "Arn"),
}
QUEUE, DEPTH = "AWS::SQS::Queue", {"ApproximateNumberOfMessagesVisible", "ApproximateAgeOfOldestMessage"}


class DeadLetterAlarm(Rule):
    """Somebody learns of dead letters."""

    id = "W9629"
    shortdesc = "Dead-letter queue that no alarm watches"
    description = (
        "Each message in it is work that was not done; after its retention it is gone, and nobody knew."
    )
    source_url = "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/dead-letter-queues-alarms-cloudwatch.html"
    tags = ("resources", "sqs", "alarm")
    items = ("S3.18", "S4.4")

    def check(self, document: Document) -> Iterator[Problem]:
        """Queues of this template that take failures of something in it.

        Alarms whose queue is not certain count for all.
        """
        watched_queues: set[str] = set()
        for alarm in alarms(document):
            for metric in metrics(alarm):
                named = [given for name, given in metric.dimensions() if name.value == "QueueName"]
                queue = document.named(named[0].value, QUEUE) if named else None
                if named and queue is None and not is_text(named[0].one().value):
                    return
                if queue is not None and metric.name in DEPTH:
                    watched_queues.add(queue.id)
        forgotten = _dead_letters(document) - watched_queues
        for queue in document.resources(QUEUE):
            if queue.id in forgotten:
                yield queue.problem(
                    "add an alarm on its ApproximateNumberOfMessagesVisible: what lands in this queue"
                    " was not done"
                )


def _dead_letters(document: Document) -> set[str]:
    found: set[str] = set()
    for resource in document.resources(*TARGETS):
        first, *rest = TARGETS[resource.type]
        # Rules of EventBridge have a queue for each target.
        several = resource.properties.each(first) if first == "Targets" else [resource.properties.one(first)]
        for one in several:
            place = one.raw(*rest)
            queue = document.named(place.value, QUEUE) if not place.absent else None
            found |= {queue.id} if queue else set()
    return found
