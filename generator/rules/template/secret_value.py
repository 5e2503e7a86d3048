"""E9011: a password or key written into a variable."""

from __future__ import annotations

from collections.abc import Iterator

from generator.rules._document import Document, Node, Problem
from generator.rules._rule import Rule
from generator.rules._values import UNKNOWN
from generator.rules.template._secrets import custom_properties, is_secret_literal, shape, visible

PROPERTIES: dict[str, tuple[str, ...]] = {
    "AWS::DMS::Endpoint": ("Password",),
    "AWS::DocDB::DBCluster": ("MasterUserPassword",),
    "AWS::ElastiCache::ReplicationGroup": ("AuthToken",),
    "AWS::Neptune::DBCluster": ("MasterUserPassword",),
    "AWS::RDS::DBCluster": ("MasterUserPassword",),
    "AWS::RDS::DBInstance": ("MasterUserPassword",),
    "AWS::Redshift::Cluster": ("MasterUserPassword",),
}


class SecretValue(Rule):
    """Variables hold where a secret is, not the secret."""

    id = "E9011"
    shortdesc = "Password or key written into a variable or property"
    description = "Everybody who can read the repository or describe the resource has the password."
    source_url = "https://docs.aws.amazon.com/secretsmanager/latest/userguide/best-practices.html"
    tags = ("secrets", "security")
    items = ("S1.8",)

    def check(self, document: Document) -> Iterator[Problem]:
        """Every such place."""
        for name, node in [*visible(document), *custom_properties(document), *_properties(document)]:
            for one in node.outcomes():
                if one.value is not UNKNOWN and is_secret_literal(name, one.value) and not shape(one.value):
                    yield one.problem(f"put {name} into Secrets Manager, and give its name or ARN here")


def _properties(document: Document) -> Iterator[tuple[str, Node]]:
    for resource in document.resources(*PROPERTIES):
        for name in PROPERTIES[resource.type]:
            yield "password", resource.properties.raw(name)
    for user in document.resources("AWS::IAM::User"):
        yield "Password", user.properties.raw("LoginProfile", "Password")
    for name, mapping in document.section("Mappings"):
        for row, columns in mapping.members():
            for column, value in columns.members():
                named = next(
                    (one for one in (column, row, name) if is_secret_literal(one, value.value)), column
                )
                yield named, value
