"""E9334: a role that cannot decrypt its queue."""

from __future__ import annotations

from collections.abc import Iterator

from generator.rules._document import Document, Problem, references
from generator.rules._rule import Rule
from generator.rules.functions._functions import target
from generator.rules.functions._grants import grants, may, role_of
from generator.rules.functions._mappings import MAPPING

SOURCES = {"AWS::SQS::Queue": "KmsMasterKeyId", "AWS::Kinesis::Stream": "StreamEncryption"}
KEYS = ("AWS::KMS::Key", "AWS::KMS::ReplicaKey")


class SourceKeyGrant(Rule):
    """The function may decrypt its source."""

    id = "E9334"
    shortdesc = "Function's role may not decrypt what the mapping reads"
    description = (
        "Messages encrypted with a key of your own come to who may use the key: without kms:Decrypt the "
        "mapping reads nothing."
    )
    source_url = (
        "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-key-management.html"
    )
    tags = ("resources", "lambda", "eventsourcemapping", "kms", "iam")
    items = ("S3.10",)

    def check(self, document: Document) -> Iterator[Problem]:
        """Queues and streams, their keys, roles and policies that are all in this template.

        A key policy that names the role is a grant.
        """
        for mapping in document.resources(MAPPING):
            source = document.named(mapping.properties.raw("EventSourceArn").value, *SOURCES)
            called = target(document, mapping.properties.raw("FunctionName").value)
            role = role_of(document, called.function) if called else None
            if source is None or role is None:
                continue
            key = document.named(source.properties.raw(SOURCES[source.type]).value, *KEYS)
            granted = grants(document, role)
            if (
                key is None
                or granted is None
                or may(document, granted, "kms:Decrypt", key)
                or role.id in references(key.value)
            ):
                continue
            yield role.properties.problem(f"allow kms:Decrypt on {key.id}.Arn, which encrypts {source.id}")
