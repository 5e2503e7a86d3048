"""One CloudFormation stack: collects components and makes the template of them.

All that a deployment must know stands in the template's Metadata under ``Gen``, so that it reads the
committed JSON and nothing else.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any, TypeVar

from troposphere import AWSObject, Output, Parameter, Template

from generator import names, paths
from generator.components.component import Artifact, Component
from generator.components.grant import Value
from generator.components.scope import Scope
from generator.config import Target
from generator.errors import RenderError

Added = TypeVar("Added", bound=Component)

# Properties that make the rollback of a failed create fail, so that a deployment switches them on afterwards.
PROTECTIONS = ("DeletionProtectionEnabled", "DeletionProtection")
MAXIMUM_ROLLBACK_ALARMS = 5  # CloudFormation API reference, "RollbackConfiguration"
SERVICES = f"{paths.SERVICES}{os.sep}"


class Stack:
    """The bill of materials of one stack in one region of one environment.

    ``service`` names its file in ``templates_out`` and is part of every physical name.
    """

    def __init__(self, target: Target, service: str, *, description: str) -> None:
        self.target = target
        self.service = service
        self.name = target.name(service)
        environment = target.environment
        tags = {key: value for key, value in target.tags(service).items() if key != "Name"}
        self.scope = Scope(
            prefix=self.name,
            tags=tuple(sorted(tags.items())),
            retain=environment.retain_data,
            log_retention_days=environment.log_retention_days,
        )
        self._template = Template(Description=description)
        self._places: dict[str, tuple[str, int]] = {}
        self._artifacts: dict[str, Artifact] = {}
        self._after: set[str] = set()
        self._inputs: dict[str, str] = {}
        self._rollback_alarms: set[str] = set()

    def add(self, component: Added) -> Added:
        """Put a component's resources into the template; two resources of one logical id are refused."""
        place = caller()
        for resource in component.resources:
            names.logical_id(resource.title)
            if resource.title in self._template.resources:
                raise RenderError(
                    f"stack {self.service}: two resources have the logical id '{resource.title}'",
                    f"give one of them another id in generator/services/{self.service}.py",
                )
            self._template.add_resource(resource)
            self._places[resource.title] = place
        for parameter in component.parameters:
            self._parameter(parameter)
        for name, condition in component.conditions:
            if self._template.conditions.setdefault(name, condition) != condition:
                raise RenderError(
                    f"stack {self.service}: condition '{name}' is declared twice and differently",
                    "give one of them another name",
                )
        for artifact in component.artifacts:
            self._artifacts[artifact.key_parameter] = artifact
            self.input("ArtifactBucket", "bootstrap", "ArtifactBucketName")
        for output in component.outputs:
            self.output(*output)
        return component

    def output(self, name: str, value: Value, description: str) -> None:
        """A value that people, and other stacks' inputs, may read."""
        if name in self._template.outputs:
            raise RenderError(
                f"stack {self.service}: output '{name}' is given twice", "give each output once"
            )
        self._template.add_output(Output(names.logical_id(name), Description=description, Value=value))

    def after(self, stack: str, *, region: str = "") -> None:
        """Deploy this stack after another one (``bootstrap``), of this region unless another is named."""
        self._after.add(f"{region or self.target.region}/{stack}")

    def input(self, parameter: str, stack: str, output: str, *, region: str = "") -> None:
        """Fill ``parameter`` from an output of another stack when deploying; implies ``after``."""
        self.after(stack, region=region)
        source = f"{region or self.target.region}/{stack}.{output}"
        if self._inputs.setdefault(parameter, source) != source:
            raise RenderError(
                f"stack {self.service}: parameter '{parameter}' is filled from {self._inputs[parameter]} "
                f"and from {source}",
                "give one of them another name",
            )

    def roll_back_on(self, *alarms: str) -> None:
        """Logical ids of alarms that roll an update back while it is watched; at most five."""
        known = self._alarm_ids()
        if missing := sorted(set(alarms) - set(known)):
            raise RenderError(
                f"stack {self.service}: no alarm has the logical id '{missing[0]}'",
                f"alarms of this stack: {', '.join(known) or 'none'}",
            )
        self._rollback_alarms |= set(alarms)
        if len(self._rollback_alarms) > MAXIMUM_ROLLBACK_ALARMS:
            raise RenderError(
                f"stack {self.service}: {len(self._rollback_alarms)} rollback alarms; "
                f"CloudFormation takes {MAXIMUM_ROLLBACK_ALARMS}",
                "join some of them in a composite alarm",
            )

    def sources(self) -> dict[str, str]:
        """Logical id → ``generator/services/items.py:63``, the line of the service that added the resource.

        Not in the template: a line added above would show up as a change of everything below it.
        """
        root = paths.PACKAGE.parent
        return {
            title: f"{Path(file).relative_to(root).as_posix()}:{line}"
            for title, (file, line) in self._places.items()
            if file
        }

    def template(self) -> dict[str, Any]:
        """The template as JSON values. Its order carries no meaning; rendering sorts it."""
        rendered: dict[str, Any] = self._template.to_dict()
        rendered["AWSTemplateFormatVersion"] = "2010-09-09"
        rendered["Metadata"] = {"Gen": self._metadata()}
        rendered["Rules"] = {"RegionLock": self._region_lock()}
        return rendered

    def _alarm_ids(self) -> list[str]:
        kinds = ("AWS::CloudWatch::Alarm", "AWS::CloudWatch::CompositeAlarm")
        return sorted(title for title, one in self._template.resources.items() if one.resource_type in kinds)

    def _parameter(self, parameter: Parameter) -> None:
        known = self._template.parameters.get(parameter.title)
        if known is None:
            self._template.add_parameter(parameter)
        elif known.to_dict() != parameter.to_dict():
            raise RenderError(
                f"stack {self.service}: parameter '{parameter.title}' is declared twice and differently",
                "give one of them another name",
            )

    def _region_lock(self) -> dict[str, Any]:
        """CloudFormation itself refuses the template in any other region."""
        region = self.target.region
        return {
            "Assertions": [
                {
                    "Assert": {"Fn::Contains": [[region], {"Ref": "AWS::Region"}]},
                    "AssertDescription": f"this template was rendered for {region} and deploys nowhere else",
                }
            ]
        }

    def _metadata(self) -> dict[str, Any]:
        environment = self.target.environment
        return {
            "After": sorted(self._after),
            "Artifacts": {
                key: {"Handler": artifact.handler, "Sha256Parameter": artifact.sha256_parameter}
                for key, artifact in self._artifacts.items()
            },
            "Environment": environment.name,
            "Inputs": dict(self._inputs),
            "MonitoringMinutes": environment.monitoring_minutes,
            "Production": environment.production,
            "ProtectLast": protections(self._template.resources),
            "Region": self.target.region,
            "RollbackAlarms": sorted(self._rollback_alarms),
            "Service": self.service,
            "StackName": self.name,
            "Tags": self.target.tags(self.service),
        }


def caller() -> tuple[str, int]:
    """File and line of the service that is being built; ("", 0) where no service is."""
    # Every render pays for this, so it is no more than a few frames and string comparisons.
    frame = sys._getframe(2)
    while not frame.f_code.co_filename.startswith(SERVICES):
        if frame.f_back is None:
            return "", 0
        frame = frame.f_back
    return frame.f_code.co_filename, frame.f_lineno


def protections(resources: dict[str, AWSObject]) -> dict[str, str]:
    """Logical id → property, for every resource whose deletion protection is on."""
    return {
        title: name
        for title, resource in resources.items()
        for name in PROTECTIONS
        if resource.properties.get(name) is True
    }
