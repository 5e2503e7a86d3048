"""A parameter in Systems Manager: settings that may be changed without a deployment, never a secret."""

from __future__ import annotations

import json
from collections.abc import Mapping

from troposphere import Sub, ssm

from generator.components.component import Component
from generator.components.grant import Grant, Value
from generator.components.scope import Scope


class Settings(Component, frozen=True, kw_only=True):
    """A parameter of the type String and the permission to read it."""

    logical_id: str
    name: str

    @property
    def arn(self) -> Value:
        """ARN of the parameter, which no attribute gives."""
        return Sub(f"arn:${{AWS::Partition}}:ssm:${{AWS::Region}}:${{AWS::AccountId}}:parameter/{self.name}")

    def read(self) -> tuple[Grant, ...]:
        """Read the current value."""
        return (Grant(sid=f"Read{self.logical_id}", actions=("ssm:GetParameter",), resources=(self.arn,)),)


def settings(scope: Scope, logical_id: str, *, purpose: str, values: Mapping[str, str | int]) -> Settings:
    """A JSON object of ``values``. It is not encrypted, and shows in the template: nothing secret in it."""
    name = scope.name("parameter", logical_id)
    resource = ssm.Parameter(
        logical_id,
        Name=name,
        Description=purpose,
        Tags=scope.tag_map(name),
        Type="String",
        Value=json.dumps(values, sort_keys=True),
    )
    return Settings(logical_id=logical_id, name=name, resources=(resource,))
