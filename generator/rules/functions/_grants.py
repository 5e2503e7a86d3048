"""What a role of the template may do, where all its policies are written out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from fnmatch import fnmatchcase

from generator.rules._document import Document, Node, Resource
from generator.rules._values import ABSENT, HOLE, function_of, is_text

ROLE = "AWS::IAM::Role"
# Managed policies that functions have, and what they allow of what rules ask about.
MANAGED = {
    "AWSLambdaBasicExecutionRole": ("logs:*",),
    "AWSLambdaBasicDurableExecutionRolePolicy": ("logs:*",),
    "AWSLambdaDynamoDBExecutionRole": ("logs:*", "dynamodb:*"),
    "AWSLambdaKinesisExecutionRole": ("logs:*", "kinesis:*"),
    "AWSLambdaSQSQueueExecutionRole": (
        "logs:*",
        "sqs:receivemessage",
        "sqs:deletemessage",
        "sqs:getqueueattributes",
    ),
    "AWSLambdaVPCAccessExecutionRole": ("logs:*",),
    "AWSXRayDaemonWriteAccess": (),
    "AWSXrayWriteOnlyAccess": (),
    "CloudWatchLambdaInsightsExecutionRolePolicy": (),
}
MANAGED_NAME = re.compile(r":policy/(?:[\w-]+/)*([\w-]+)$")


class Grant:
    """An Allow statement: patterns of actions in lower case, and the resources as they are written."""

    __slots__ = ("actions", "resources")

    def __init__(self, actions: list[str], resources: list[Node]) -> None:
        self.actions = actions
        self.resources = resources


def grants(document: Document, role: Resource) -> list[Grant] | None:
    """Everything that the role is allowed; None where a part of it is not in this template."""
    found: list[Grant] = []
    documents = [one.one("PolicyDocument") for one in role.properties.each("Policies")]
    if not _written_out(role.properties, "Policies") or not _written_out(
        role.properties, "ManagedPolicyArns"
    ):
        return None
    for arn in _elements(role.properties.one("ManagedPolicyArns")):
        own = document.named(arn.value, "AWS::IAM::ManagedPolicy")
        match = MANAGED_NAME.search(str(arn.one().value))
        if own is not None:
            documents.append(own.properties.one("PolicyDocument"))
        elif match and match[1] in MANAGED:
            found.append(Grant(list(MANAGED[match[1]]), []))
        else:
            return None
    attached = _attached(document, role)
    if attached is None:
        return None
    for policy in [*documents, *attached]:
        read = _statements(policy)
        if read is None:
            return None
        found += read
    return found


def may(
    document: Document, granted: list[Grant], action: str, resource: Resource | None, *, parts: bool = False
) -> bool:
    """Whether a grant allows ``action`` on ``resource``, or may do so.

    ``parts``: the action is on a part of the resource, its stream for example, and its own ARN is not enough.
    """
    for grant in granted:
        if any(HOLE in pattern or fnmatchcase(action.lower(), pattern) for pattern in grant.actions) and (
            resource is None
            or not grant.resources
            or any(_covers(document, one, resource, parts) for one in grant.resources)
        ):
            return True
    return False


def _covers(document: Document, written: Node, resource: Resource, parts: bool) -> bool:  # noqa: FBT001
    if function_of(written.value) is not None and "Fn::If" in written.value:
        return True
    named = document.named(written.value)
    if named is None or named.type not in (resource.type, "AWS::KMS::Alias"):
        return True
    return named.id == resource.id and not (parts and written.value == {"Fn::GetAtt": [resource.id, "Arn"]})


def _attached(document: Document, role: Resource) -> list[Node] | None:
    documents: list[Node] = []
    for policy in document.resources("AWS::IAM::Policy", "AWS::IAM::ManagedPolicy", "AWS::IAM::RolePolicy"):
        if policy.type == "AWS::IAM::RolePolicy":
            holders = [policy.properties.raw("RoleName")]
        elif _written_out(policy.properties, "Roles"):
            holders = _elements(policy.properties.one("Roles"))
        else:
            return None
        named = [document.named(one.value, ROLE) for one in holders]
        if None in named:
            return None
        if any(one.id == role.id for one in named if one is not None):
            documents.append(policy.properties.one("PolicyDocument"))
    return documents


def _statements(policy: Node) -> list[Grant] | None:
    statements = policy.one("Statement")
    if not _written_out(policy, "Statement"):
        return None
    found: list[Grant] = []
    for statement in _elements(statements):
        effect, actions = statement.one("Effect"), statement.one("Action")
        if effect.value == "Deny":
            continue
        patterns = [one.one().value for one in _elements(actions)]
        written = statement.raw("Resource")
        if effect.value != "Allow" or not patterns or not all(is_text(one) for one in patterns):
            return None
        found.append(Grant([str(one).lower() for one in patterns], _elements(written)))
    return found


def _written_out(node: Node, name: str) -> bool:
    """Whether a list, and that each element is in it, is certain."""
    found = node.one(name)
    if not found.known:
        return False
    return all("Fn::If" not in one.value for one in _elements(found) if isinstance(one.value, dict))


def _elements(node: Node) -> list[Node]:
    """The elements as they are written; a single value counts as a list of one."""
    if isinstance(node.value, list):
        return [node.raw(place) for place in range(len(node.value))]
    return [] if node.value is ABSENT else [node]


def role_of(document: Document, function: Resource) -> Resource | None:
    """The function's role, where this template makes it."""
    return document.named(function.properties.raw("Role").value, ROLE)


def granted_functions(
    document: Document, functions: Iterator[Resource]
) -> Iterator[tuple[Resource, Resource, list[Grant]]]:
    """Function, its role and its grants, where all of them are certain."""
    for function in functions:
        role = role_of(document, function)
        granted = grants(document, role) if role is not None else None
        if role is not None and granted is not None:
            yield function, role, granted
