"""Queues that take what others give up, and policies that take TLS alone."""

from __future__ import annotations

import re
from collections.abc import Iterator

from generator.rules._document import Document, Node, Resource
from generator.rules._links import policies_of, statements_on
from generator.rules._statements import Statement, statements
from generator.rules._values import UNKNOWN, truth

QUEUE = "AWS::SQS::Queue"
END = re.compile(r"dlq|dead|fail|undeliver|reject|poison|error", re.IGNORECASE)
HOLDERS = frozenset({"DeadLetterConfig", "DeadLetterQueue", "OnFailure", "RedrivePolicy"})
PLACES = frozenset(
    {"deadlettertargetarn", "deadletterarn", "targetarn", "destination", "arn", "deadletterqueue"}
)


def dead_letter_queues(document: Document) -> frozenset[str]:
    """Logical ids of queues that take what others give up, by their use or by their name."""
    named = {one.id for one in document.resources(QUEUE) if END.search(one.id) or _named_so(one)}
    used = {name for one in document.resources() for name in _ends(document, one)}
    return frozenset(named | used)


def _named_so(queue: Node) -> bool:
    name = queue.raw("Properties", "QueueName").value
    return isinstance(name, str) and END.search(name) is not None


def _ends(document: Document, resource: Resource) -> set[str]:
    """Queues named below DeadLetterConfig, RedrivePolicy, OnFailure and the like."""
    found: set[str] = set()
    ahead: list[tuple[object, bool]] = [(resource.value.get("Properties"), False)]
    while ahead:
        value, inside = ahead.pop()
        if isinstance(value, list):
            ahead += [(one, inside) for one in value]
        for name, below in value.items() if isinstance(value, dict) else ():
            here = inside or name in HOLDERS
            queue = document.named(below, QUEUE) if here and str(name).lower() in PLACES else None
            found |= {queue.id} if queue else set()
            ahead.append((below, here))
    return found


def without_tls(document: Document, kind: str, policy_kind: str) -> Iterator[Node]:
    """Policies of queues or topics that have no Deny of plain HTTP; for ours also those without a policy."""
    for policy in document.resources(policy_kind):
        own = [one for one in statements(document, "resource") if one.resource.id == policy.id]
        blocks = policy.properties.each("PolicyDocument", "Statement")
        known = bool(blocks) and all(isinstance(one.value, dict) for one in blocks)
        others = [
            one
            for target in document.resources(kind)
            if policy.id in {found.id for found in policies_of(document, target)}
            for one in statements_on(document, target)
        ]
        if known and not any(denies_plain_http(one) for one in [*own, *others]):
            yield policy.properties.raw("PolicyDocument", "Statement")
    if document.gen:
        for target in document.resources(kind):
            if not policies_of(document, target):
                yield target


def denies_plain_http(statement: Statement) -> bool:
    """Also where it may be so."""
    if statement.node.one("Effect").value not in ("Deny", UNKNOWN):
        return False
    return any(
        one.key.lower() == "aws:securetransport" and any(truth(node.value) is not True for node in one.values)
        for one in statement.conditions()
    )
