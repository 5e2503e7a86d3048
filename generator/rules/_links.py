"""From a place in a template to the resource that is meant there."""

from __future__ import annotations

from typing import Any

from generator.rules._document import Document, Node, Resource
from generator.rules._statements import Statement, statements

POLICIES = {
    "AWS::SQS::QueuePolicy": "Queues",
    "AWS::SQS::QueueInlinePolicy": "Queue",
    "AWS::SNS::TopicPolicy": "Topics",
    "AWS::SNS::TopicInlinePolicy": "TopicArn",
    "AWS::S3::BucketPolicy": "Bucket",
}


def written(node: Node) -> Any:
    """What stands in the template at a node's path, with its functions unresolved."""
    value: Any = node.document.template
    for step in node.path:
        value = value[step]
    return value


def meant(node: Node, *types: str) -> Resource | None:
    """The resource of these types that is named at a node's path."""
    return node.document.named(written(node), *types)


def policies_of(document: Document, target: Resource) -> list[Resource]:
    """Policy resources of a queue, topic or bucket."""
    return [
        policy
        for policy in document.resources(*POLICIES)
        for node in policy.properties.outcomes(POLICIES[policy.type])
        if _names(node, target)
    ]


def unclear_policies(document: Document, kind: str) -> bool:
    """Whether a policy for queues, topics or buckets names one that may or may not be the template's own."""
    service = kind.split("::")[1]
    for policy in document.resources(*(one for one in POLICIES if f"::{service}::" in one)):
        for node in policy.properties.outcomes(POLICIES[policy.type]):
            places = (
                [node.raw(one) for one in range(len(node.value))] if isinstance(node.value, list) else [node]
            )
            for place in places:
                target = meant(place)
                if (
                    not place.absent
                    and (target is None or target.type == kind)
                    and meant(place, kind) is None
                ):
                    return True
    return False


def statements_on(document: Document, target: Resource) -> list[Statement]:
    """Statements of the policies of a queue, topic or bucket."""
    ids = {one.id for one in policies_of(document, target)}
    return [one for one in statements(document, "resource") if one.resource.id in ids]


def grants_service(statement: Statement, service: str) -> bool:
    """Whether an Allow means this service (``sns.amazonaws.com``), or may mean it."""
    if not statement.allows:
        return False
    principals = statement.principals()
    if not principals:
        return True
    return any(
        not isinstance(node.value, str)
        or node.value == "*"
        or (kind == "Service" and is_service(node.value, service))
        for kind, node in principals
    )


def is_service(principal: str, service: str) -> bool:
    """Whether a principal is this service, also in the form of one region."""
    wanted = service.removesuffix(".amazonaws.com")
    rest = principal.removeprefix(wanted)
    return rest != principal and rest.startswith(".") and not rest.startswith(".rds.")


def _names(node: Node, target: Resource) -> bool:
    if isinstance(node.value, list):
        return any(
            found is not None and found.id == target.id
            for place in range(len(node.value))
            for found in [meant(node.raw(place), target.type)]
        )
    found = meant(node, target.type)
    return found is not None and found.id == target.id
