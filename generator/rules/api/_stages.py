"""Stages of APIs in every form that CloudFormation and SAM have, and the settings of their methods."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from generator.rules._document import Document, Node, Resource
from generator.rules._links import meant
from generator.rules._values import number, truth

PRODUCTION = frozenset({"live", "prd", "prod", "production"})
WRITES = frozenset({"DELETE", "PATCH", "POST", "PUT"})


class Stage(NamedTuple):
    """A stage of a REST API; ``node`` holds its settings, ``api`` is its API where the template has it."""

    resource: Resource
    node: Node
    api: Resource | None

    def settings(self) -> list[Node]:
        """Settings of methods; those of a deployment's StageDescription hold for all methods."""
        own = [self.node] if self.resource.type == "AWS::ApiGateway::Deployment" else []
        return [*own, *(one for one in self.node.each("MethodSettings") if isinstance(one.value, dict))]

    def certain(self) -> bool:
        """Whether the template says all about the settings."""
        if set_globally(self.resource, "MethodSettings"):
            return False
        return all(one.known for one in self.node.outcomes("MethodSettings")) and all(
            one.known for one in self.node.each("MethodSettings")
        )

    def name(self) -> Any:
        """The stage's name, UNKNOWN where only a deployment knows it."""
        return self.resource.properties.one("StageName").value


def rest_stages(document: Document) -> Iterator[Stage]:
    """Stages of REST APIs."""
    for resource in document.resources("AWS::ApiGateway::Stage", "AWS::Serverless::Api"):
        is_stage = resource.type == "AWS::ApiGateway::Stage"
        api = (
            meant(resource.properties.raw("RestApiId"), "AWS::ApiGateway::RestApi") if is_stage else resource
        )
        yield Stage(resource, resource.properties, api)
    for resource in document.resources("AWS::ApiGateway::Deployment"):
        if not resource.properties.raw("StageName").absent:
            described = resource.properties.one("StageDescription")
            inside = described if isinstance(described.value, dict) else None
            if described.absent:
                inside = Node(document, resource.properties.path, {})
            if inside:
                api = meant(resource.properties.raw("RestApiId"), "AWS::ApiGateway::RestApi")
                yield Stage(resource, inside, api)


def of_all_methods(setting: Node) -> bool:
    """Whether a setting is for every method of every path."""
    if "MethodSettings" not in setting.path:
        return True
    return setting.one("HttpMethod").value == "*" and setting.one("ResourcePath").value in ("/*", "*/*")


def is_on(node: Node, name: str) -> bool:
    """A switch that is on for certain."""
    return truth(node.one(name).value) is True


def limits(node: Node) -> bool:
    """Whether both throttling limits are set, or may be; a limit of -1 is none."""
    return not any(
        node.wrong(name, unless=lambda value: (number(value) or 0) > 0)
        for name in ("ThrottlingRateLimit", "ThrottlingBurstLimit")
    )


def path_of(method: Resource) -> str | None:
    """A method's path as stage settings write it, such as ``/~1items~1{id}``; None where it is not known."""
    parts: list[str] = []
    place = method.properties.raw("ResourceId")
    for _ in range(30):
        resource = meant(place, "AWS::ApiGateway::Resource") if not place.absent else None
        if resource is None:
            root = "RootResourceId" in str(place.value)
            return "/" + "".join("~1" + part for part in reversed(parts)) if root else None
        part = resource.properties.one("PathPart").value
        if not isinstance(part, str):
            return None
        parts.append(part)
        place = resource.properties.raw("ParentId")
    return None


def methods_of(document: Document, api: Resource) -> Iterator[Resource]:
    """Methods of a REST API of the template."""
    for method in document.resources("AWS::ApiGateway::Method"):
        found = meant(method.properties.raw("RestApiId"), "AWS::ApiGateway::RestApi")
        if found is not None and found.id == api.id:
            yield method


def data_traces(document: Document) -> Iterator[tuple[Node, bool]]:
    """Places where whole requests are logged, and whether that is production for certain."""
    for stage in rest_stages(document):
        name = stage.name()
        production = document.gen.get("Production") is True or (
            not document.gen and isinstance(name, str) and name.lower() in PRODUCTION
        )
        for setting in stage.settings():
            for place in setting.some("DataTraceEnabled", that=lambda value: truth(value) is True):
                yield place, production


def set_globally(resource: Resource, name: str) -> bool:
    """Whether SAM's Globals give an API this property."""
    section = {"AWS::Serverless::Api": "Api", "AWS::Serverless::HttpApi": "HttpApi"}.get(resource.type)
    return section is not None and not resource.document.root.raw("Globals", section, name).absent
