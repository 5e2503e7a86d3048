"""Policy documents wherever a template has them, and their statements."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from fnmatch import fnmatchcase
from typing import Any, NamedTuple

from generator.rules._document import Document, Node, Resource
from generator.rules._values import HOLE, UNKNOWN

# Kind of policy and where it stands below Properties; ``*`` is each element of a list.
PLACES: dict[str, tuple[tuple[str, tuple[str, ...]], ...]] = {
    "AWS::ApiGateway::RestApi": (("api", ("Policy",)),),
    "AWS::Backup::BackupVault": (("resource", ("AccessPolicy",)),),
    "AWS::CodeArtifact::Domain": (("resource", ("PermissionsPolicyDocument",)),),
    "AWS::CodeArtifact::Repository": (("resource", ("PermissionsPolicyDocument",)),),
    "AWS::DynamoDB::Table": (
        ("resource", ("ResourcePolicy", "PolicyDocument")),
        ("resource", ("StreamSpecification", "ResourcePolicy", "PolicyDocument")),
    ),
    "AWS::ECR::Repository": (("resource", ("RepositoryPolicyText",)),),
    "AWS::EFS::FileSystem": (("filesystem", ("FileSystemPolicy",)),),
    "AWS::Events::EventBus": (("resource", ("Policy",)),),
    "AWS::Events::EventBusPolicy": (("statement", ("Statement",)),),
    "AWS::IAM::Group": (("identity", ("Policies", "*", "PolicyDocument")),),
    "AWS::IAM::GroupPolicy": (("identity", ("PolicyDocument",)),),
    "AWS::IAM::ManagedPolicy": (("identity", ("PolicyDocument",)),),
    "AWS::IAM::Policy": (("identity", ("PolicyDocument",)),),
    "AWS::IAM::Role": (
        ("trust", ("AssumeRolePolicyDocument",)),
        ("identity", ("Policies", "*", "PolicyDocument")),
    ),
    "AWS::IAM::RolePolicy": (("identity", ("PolicyDocument",)),),
    "AWS::IAM::User": (("identity", ("Policies", "*", "PolicyDocument")),),
    "AWS::IAM::UserPolicy": (("identity", ("PolicyDocument",)),),
    "AWS::KMS::Key": (("key", ("KeyPolicy",)),),
    "AWS::KMS::ReplicaKey": (("key", ("KeyPolicy",)),),
    "AWS::Kinesis::ResourcePolicy": (("resource", ("ResourcePolicy",)),),
    "AWS::OpenSearchService::Domain": (("resource", ("AccessPolicies",)),),
    "AWS::S3::AccessPoint": (("resource", ("Policy",)),),
    "AWS::S3::BucketPolicy": (("resource", ("PolicyDocument",)),),
    "AWS::SNS::TopicInlinePolicy": (("resource", ("PolicyDocument",)),),
    "AWS::SNS::TopicPolicy": (("resource", ("PolicyDocument",)),),
    "AWS::SSO::PermissionSet": (("identity", ("InlinePolicy",)),),
    "AWS::SQS::QueueInlinePolicy": (("resource", ("PolicyDocument",)),),
    "AWS::SQS::QueuePolicy": (("resource", ("PolicyDocument",)),),
    "AWS::SecretsManager::ResourcePolicy": (("resource", ("ResourcePolicy",)),),
    "AWS::Serverless::Function": (
        ("trust", ("AssumeRolePolicyDocument",)),
        ("identity", ("Policies", "*")),
    ),
    "AWS::Serverless::StateMachine": (("identity", ("Policies", "*")),),
}
# Condition keys that can tell the callers a statement is meant for from all others.
CALLER_KEYS = frozenset(
    {
        "aws:principalaccount",
        "aws:principalarn",
        "aws:principalorgid",
        "aws:principalorgpaths",
        "aws:sourceaccount",
        "aws:sourcearn",
        "aws:sourceip",
        "aws:sourceorgid",
        "aws:sourceorgpaths",
        "aws:sourceowner",
        "aws:sourcevpc",
        "aws:sourcevpce",
        "aws:userid",
        "aws:vpcsourceip",
        "kms:calleraccount",
        "s3:dataaccesspointaccount",
        "s3:dataaccesspointarn",
    }
)
SOURCE_KEYS = frozenset(
    {"aws:sourceaccount", "aws:sourcearn", "aws:sourceorgid", "aws:sourceorgpaths", "aws:sourceowner"}
)
ANYWHERE = frozenset({"0.0.0.0/0", "::/0"})


class Condition(NamedTuple):
    """One key of a Condition block; ``values`` are its values, resolved."""

    operator: str
    key: str
    values: list[Node]
    node: Node


class Statement(NamedTuple):
    """One statement; ``kind`` is identity, trust, key, api, filesystem, or resource for other policies."""

    kind: str
    resource: Resource
    node: Node

    @property
    def allows(self) -> bool:
        """Its Effect is Allow, for certain."""
        return bool(self.node.one("Effect").value == "Allow")

    @property
    def denies(self) -> bool:
        """Its Effect is Deny, for certain."""
        return bool(self.node.one("Effect").value == "Deny")

    def actions(self) -> list[Node]:
        """Each action, as text; what is not known is left out."""
        return [one for one in self.node.each("Action") if isinstance(one.value, str)]

    def resources(self) -> list[Node]:
        """Each resource; UNKNOWN ones of a list too, but not one alone."""
        return self.node.each("Resource")

    def principals(self) -> list[tuple[str, Node]]:
        """Kind (AWS, Service, Federated …) and value of each principal; a bare ``*`` is of the kind AWS."""
        found: list[tuple[str, Node]] = []
        for node in self.node.outcomes("Principal"):
            if isinstance(node.value, str):
                found.append(("AWS", node))
            elif isinstance(node.value, dict):
                found += [(str(kind), one) for kind in node.value for one in listed(node.raw(kind))]
        return found

    def everybody(self) -> Node | None:
        """The principal ``*``, where the statement has it."""
        for kind, node in self.principals():
            if kind == "AWS" and node.value == "*":
                return node
        return None

    def conditions(self) -> list[Condition]:
        """Every key of the Condition block."""
        return [
            Condition(operator, key, listed(node), node)
            for operator, block in self.node.members("Condition")
            for key, node in block.members()
        ]

    def narrowed(self, keys: Collection[str] = CALLER_KEYS) -> bool:
        """Whether a condition on one of ``keys`` (lower case) holds callers off, or may do so."""
        if any(not one.known for one in self.node.outcomes("Condition")):
            return True
        return any(
            one.key.lower() in keys and _narrows(one.operator) and not _open(one) for one in self.conditions()
        )


def statements(document: Document, *kinds: str) -> list[Statement]:
    """Every statement of the policies of these kinds, all of them where none is named."""
    return [one for one in document.once(_all) if not kinds or one.kind in kinds]


def _all(document: Document) -> list[Statement]:
    found: list[Statement] = []
    for resource in document.resources(*PLACES):
        for kind, steps in PLACES[resource.type]:
            for node in places(resource.properties, steps):
                blocks = [node] if kind == "statement" else node.each("Statement")
                found += [
                    Statement("resource" if kind == "statement" else kind, resource, block)
                    for block in blocks
                    if isinstance(block.value, dict)
                ]
    return found


def documents(document: Document, *kinds: str) -> Iterator[tuple[Resource, Node]]:
    """Every policy document of these kinds, with the resource that it belongs to."""
    for resource in document.resources(*PLACES):
        for kind, steps in PLACES[resource.type]:
            if not kinds or kind in kinds:
                for node in places(resource.properties, steps):
                    if isinstance(node.value, dict) and "Statement" in node.value:
                        yield resource, node


def places(node: Node, steps: tuple[str, ...]) -> list[Node]:
    """The outcomes at ``steps`` below a node, where ``*`` is each element of a list."""
    if "*" not in steps:
        return [one for one in node.outcomes(*steps) if not one.absent]
    middle = steps.index("*")
    elements = [one for found in node.outcomes(*steps[:middle]) for one in listed(found)]
    return [below for one in elements for below in places(one, steps[middle + 1 :])]


def listed(node: Node) -> list[Node]:
    """The elements of a list, or the one value that stands for it; UNKNOWN ones too."""
    return [
        one
        for found in node.outcomes()
        for one in (found.each() if isinstance(found.value, list) else [found])
        if not one.absent
    ]


def covers(pattern: Any, action: str) -> bool:
    """Whether an action pattern (``s3:Put*``) means this action too; case does not matter."""
    return isinstance(pattern, str) and HOLE not in pattern and fnmatchcase(action.lower(), pattern.lower())


def _narrows(operator: str) -> bool:
    """Not where the operator is satisfied by a request without the key, or by all values but one."""
    lower = operator.lower()
    return not (
        lower.startswith("forallvalues:") or lower.endswith("ifexists") or "not" in lower or lower == "null"
    )


def _open(condition: Condition) -> bool:
    """Whether one of the values is a pattern that every caller fits."""
    return any(
        isinstance(node.value, str) and (node.value in ANYWHERE or _open_arn(node.value))
        for node in condition.values
        if node.value is not UNKNOWN
    )


def _open_arn(text: str) -> bool:
    parts = text.split(":", 5)
    if len(parts) < 6:
        return re.fullmatch(r"(arn|aws|[*?:])+", text) is not None
    return parts[4].strip("*") == "" and parts[5].strip("*") == ""
