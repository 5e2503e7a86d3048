"""The committed templates, and ways to look into them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import msgspec
import pytest

from generator.config import Environment, Target, load_environments
from generator.discovery import build_all
from generator.render import canonical
from tests.support import TEMPLATES

ENVIRONMENTS = load_environments()
PSEUDO_PARAMETERS = {
    "AWS::AccountId",
    "AWS::NoValue",
    "AWS::NotificationARNs",
    "AWS::Partition",
    "AWS::Region",
    "AWS::StackId",
    "AWS::StackName",
    "AWS::URLSuffix",
}
SUBSTITUTION = re.compile(r"\$\{(?!!)([^}]+)\}")

Resource = dict[str, Any]


@dataclass(frozen=True)
class Stack:
    """A template and what its place in templates_out says about it."""

    environment: Environment = field(repr=False)
    region: str
    name: str
    text: str = field(repr=False)
    template: dict[str, Any] = field(repr=False)

    def __str__(self) -> str:
        return f"{self.environment.name}-{self.region}-{self.name}"

    @property
    def prefix(self) -> str:
        """What every physical name begins with."""
        return f"{self.environment.name}-{self.region}-{self.name}{self.environment.suffix}"

    @property
    def resources(self) -> dict[str, Resource]:
        """Resources by logical id."""
        resources: dict[str, Resource] = self.template["Resources"]
        return resources

    def of(self, *types: str) -> dict[str, Resource]:
        """Resources of these types, such as ``Lambda::Function``, by logical id."""
        wanted = {f"AWS::{one}" for one in types}
        return {title: one for title, one in self.resources.items() if one["Type"] in wanted}

    def properties(self, *types: str) -> dict[str, dict[str, Any]]:
        """Properties of resources of these types by logical id."""
        return {title: one.get("Properties", {}) for title, one in self.of(*types).items()}

    @property
    def metadata(self) -> dict[str, Any]:
        """What a deployment reads."""
        metadata: dict[str, Any] = self.template["Metadata"]["Gen"]
        return metadata


def _load(path: Path) -> Stack:
    text = path.read_text(encoding="utf-8")
    return Stack(ENVIRONMENTS[path.parts[-3]], path.parts[-2], path.stem, text, json.loads(text))


FILES = sorted(TEMPLATES.glob("*/*/*.json"))
# A file of an environment that does not exist is test_bytes' affair.
COMMITTED = [_load(path) for path in FILES if path.parts[-3] in ENVIRONMENTS]
every_stack = pytest.mark.parametrize("stack", COMMITTED, ids=str)


def stacks_with(*types: str) -> pytest.MarkDecorator:
    """Run for each committed template that has a resource of one of these types; there must be one."""
    found = [stack for stack in COMMITTED if stack.of(*types)]
    assert found, f"no template has {types}"
    return pytest.mark.parametrize("stack", found, ids=str)


every_api = stacks_with("ApiGateway::RestApi")


@cache
def committed(environment: str, region: str, name: str) -> Stack:
    """One committed template."""
    return next(one for one in COMMITTED if str(one) == f"{environment}-{region}-{name}")


def rendered(environment: Environment, name: str, region: str | None = None) -> Stack:
    """A template as it would be with another environment file."""
    target = Target(environment=environment, region=region or environment.regions[0])
    (found,) = (one for one in build_all(target) if one.service == name)
    text = canonical(found.template()).decode()
    return Stack(environment, target.region, name, text, json.loads(text))


def changed(name: str, **changes: Any) -> Environment:
    """An environment with some keys of its file changed."""
    return msgspec.structs.replace(ENVIRONMENTS[name], **changes)


def strings(value: Any) -> Iterator[str]:
    """Every string in a JSON value, keys too."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, member in value.items():
            yield key
            yield from strings(member)
    elif isinstance(value, list):
        for member in value:
            yield from strings(member)


def references(value: Any) -> Iterator[str]:
    """Everything that a JSON value refers to with Ref, Fn::GetAtt or Fn::Sub."""
    if isinstance(value, list):
        for member in value:
            yield from references(member)
    elif isinstance(value, dict):
        for key, member in value.items():
            if key == "Ref":
                yield member
            elif key == "Fn::GetAtt":
                yield member[0] if isinstance(member, list) else member.split(".")[0]
            elif key == "Fn::Sub":
                text, given = member if isinstance(member, list) else (member, {})
                yield from {name.split(".")[0] for name in SUBSTITUTION.findall(text)} - set(given)
                yield from references(given)
            else:
                yield from references(member)


def listed(value: Any) -> list[Any]:
    """CloudFormation and IAM take one or several; here it is always several."""
    return value if isinstance(value, list) else [value]


def tags_of(resource: Resource) -> dict[str, str]:
    """Tags by key. A few types take them as a map."""
    tags = resource["Properties"].get("Tags", [])
    return tags if isinstance(tags, dict) else {tag["Key"]: tag["Value"] for tag in tags}
