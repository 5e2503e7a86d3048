"""W9704: the role that replicates may do more than replicate."""

from __future__ import annotations

from collections.abc import Iterator

from generator.rules._document import Document, Node, Problem, Resource, references
from generator.rules._rule import Rule
from generator.rules._values import is_text

ALLOWED = (
    "kms:decrypt",
    "kms:encrypt",
    "kms:generatedatakey",
    "s3:getobjectlegalhold",
    "s3:getobjectretention",
    "s3:getobjectversion",
    "s3:getobjectversionacl",
    "s3:getobjectversionforreplication",
    "s3:getobjectversiontagging",
    "s3:getreplicationconfiguration",
    "s3:listbucket",
    "s3:objectowneroverridetobucketowner",
    "s3:replicatedelete",
    "s3:replicateobject",
    "s3:replicatetags",
)


class ReplicationRole(Rule):
    """S3 replicates with this role whoever could change the configuration."""

    id = "W9704"
    shortdesc = "Replication role with more than replication needs"
    description = (
        "The role reads every object of the source and writes to the destination; actions beyond those, or "
        "any resource, make it a way into other buckets."
    )
    source_url = (
        "https://docs.aws.amazon.com/AmazonS3/latest/userguide/setting-repl-config-perm-overview.html"
    )
    tags = ("resources", "s3", "replication", "iam")
    items = ("S3.11",)

    def check(self, document: Document) -> Iterator[Problem]:
        """Statements of roles that a replication configuration of this template names."""
        roles = {
            role.id: role
            for bucket in document.resources("AWS::S3::Bucket")
            if (role := document.named(bucket.properties.raw("ReplicationConfiguration", "Role").value))
            and role.type == "AWS::IAM::Role"
        }
        for role in roles.values():
            for policy in _policies(document, role):
                for statement in policy.each("PolicyDocument", "Statement"):
                    if statement.one("Effect").value == "Allow":
                        yield from _excess(statement)


def _policies(document: Document, role: Resource) -> Iterator[Node]:
    """Policies inside the role, and those of the template that are attached to it."""
    yield from role.properties.each("Policies")
    for policy in document.resources("AWS::IAM::ManagedPolicy", "AWS::IAM::Policy", "AWS::IAM::RolePolicy"):
        names = references([policy.raw("Properties", name).value for name in ("RoleName", "Roles")])
        if role.id in names:
            yield policy.properties


def _excess(statement: Node) -> Iterator[Problem]:
    for action in statement.each("Action"):
        if is_text(action.value) and action.value.lower() not in ALLOWED:
            yield action.problem(f"{action.value} is not needed to replicate; name the replication actions")
    for resource in statement.each("Resource"):
        if resource.value == "*":
            yield resource.problem("name the source, the destination and their keys instead of *")
