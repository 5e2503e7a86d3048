"""Tags in all the shapes that resource types have for them."""

from __future__ import annotations

from functools import cache
from typing import Any

from cfnlint.schema import PROVIDER_SCHEMA_MANAGER
from cfnlint.schema._exceptions import ResourceNotFoundError

from generator.rules._document import Node, Resource
from generator.rules._values import UNKNOWN


@cache
def tag_property(kind: str) -> str | None:
    """The property of a resource type that takes tags, from its schema; None where it takes none."""
    if kind.startswith(("Custom::", "AWS::CloudFormation::CustomResource", "AWS::Serverless::")):
        return None
    try:
        schema: dict[str, Any] = PROVIDER_SCHEMA_MANAGER.get_resource_schema("us-east-1", kind).schema
    except ResourceNotFoundError:
        return None
    about = schema.get("tagging") or {}
    if about.get("taggable") is not True:
        return None
    name = str(about.get("tagProperty", "/properties/Tags")).rpartition("/")[2]
    return name if name in schema.get("properties", {}) else None


def tag_places(resource: Resource) -> list[Node]:
    """Where the tags of a resource stand, or would stand: one place, or one for each replica."""
    if resource.type == "AWS::DynamoDB::GlobalTable":
        return [replica.raw("Tags") for replica in resource.properties.each("Replicas")]
    name = tag_property(resource.type)
    return [resource.properties.raw(name)] if name else []


def tag_keys(place: Node) -> set[str] | None:
    """Keys of the tags at a place; None where only a deployment knows all of them."""
    found: set[str] = set()
    for node in place.outcomes() if not place.absent else []:
        if node.value is UNKNOWN:
            return None
        for one in node.each() if isinstance(node.value, list) else [node]:
            if not one.known:
                return None
            if isinstance(node.value, list):
                key = one.one("Key").value
                if not isinstance(key, str):
                    return None
                found.add(key)
            elif isinstance(node.value, dict):
                found |= {str(key) for key in node.value}
    return found
