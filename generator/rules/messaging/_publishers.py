"""Services that send to a queue or topic of the template in their own name."""

from __future__ import annotations

from typing import NamedTuple

from generator.rules._document import Document, Node, Resource
from generator.rules._links import is_service, meant
from generator.rules._statements import covers, places, statements
from generator.rules._values import UNKNOWN

ACTIONS = ("AlarmActions", "OKActions", "InsufficientDataActions")
SENDS: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    *(("cloudwatch", "AWS::CloudWatch::Alarm", (one, "*")) for one in ACTIONS),
    *(("cloudwatch", "AWS::CloudWatch::CompositeAlarm", (one, "*")) for one in ACTIONS),
    ("events", "AWS::Events::Rule", ("Targets", "*", "Arn")),
    ("events", "AWS::Events::Rule", ("Targets", "*", "DeadLetterConfig", "Arn")),
    ("s3", "AWS::S3::Bucket", ("NotificationConfiguration", "QueueConfigurations", "*", "Queue")),
    ("s3", "AWS::S3::Bucket", ("NotificationConfiguration", "TopicConfigurations", "*", "Topic")),
    ("sns", "AWS::SNS::Subscription", ("Endpoint",)),
    ("sns", "AWS::SNS::Subscription", ("RedrivePolicy", "deadLetterTargetArn")),
    ("sns", "AWS::SNS::Topic", ("Subscription", "*", "Endpoint")),
    ("events.rds", "AWS::RDS::EventSubscription", ("SnsTopicArn",)),
)


class Sending(NamedTuple):
    """A service, the resource that makes it send, and where that names the queue or topic ``to``."""

    service: str
    sender: Resource
    place: Node
    to: str


def publishers(document: Document, target: Resource) -> list[tuple[str, Resource, Node]]:
    """Service, the resource that makes it send, and where that names the target."""
    return [(one.service, one.sender, one.place) for one in document.once(_sendings) if one.to == target.id]


def _sendings(document: Document) -> list[Sending]:
    found = []
    for service, kind, steps in SENDS:
        for resource in document.resources(kind):
            for node in places(resource.properties, steps):
                target = meant(node, "AWS::SQS::Queue", "AWS::SNS::Topic")
                if target is not None:
                    found.append(Sending(service, resource, node, target.id))
    return found


def key_of(target: Resource) -> Resource | None:
    """The customer key of a queue or topic, where the template makes it."""
    document = target.document
    place = target.properties.raw("KmsMasterKeyId")
    found = document.named(place.value, "AWS::KMS::Key", "AWS::KMS::ReplicaKey", "AWS::KMS::Alias")
    if found is not None and found.type == "AWS::KMS::Alias":
        return document.named(
            found.properties.raw("TargetKeyId").value, "AWS::KMS::Key", "AWS::KMS::ReplicaKey"
        )
    return found


def may_use(document: Document, key: Resource, service: str) -> bool:
    """Whether a key's policy lets a service encrypt, or may do so."""
    if any(one.value is UNKNOWN for one in key.properties.outcomes("KeyPolicy")):
        return True
    for statement in statements(document, "key"):
        if statement.resource.id != key.id or not statement.allows:
            continue
        actions = statement.node.each("Action")
        encrypts = any(
            not isinstance(one.value, str) or covers(one.value, "kms:GenerateDataKey") for one in actions
        )
        for kind, node in statement.principals():
            named = node.value if isinstance(node.value, str) else None
            if encrypts and kind == "Service" and (named is None or is_service(named, service)):
                return True
            if encrypts and named == "*":
                return True
    return False
