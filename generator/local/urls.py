"""Where the APIs of deployed stacks are found on the embedded AWS, and how to call them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from generator.local.engine import Engine

INVOKE_URL = re.compile(
    r"https://(?P<api>[a-z0-9]+)\.execute-api\.(?P<region>[a-z0-9-]+)\.[a-z.]+/(?P<stage>[A-Za-z0-9_-]+)(?P<path>/.*)?"
)


@dataclass(frozen=True)
class Read:
    """A GET that needs nothing but its path; ``signed`` when it is for IAM callers only."""

    path: str
    signed: bool


@dataclass(frozen=True)
class Api:
    """An API's base URL on the engine, without a slash at its end, and the region it is signed for."""

    url: str
    region: str

    def request(self, read: Read) -> str:
        """A request to paste into a shell, signed with SigV4 where it must be (curl 7.75 or newer)."""
        signed = f'--aws-sigv4 "aws:amz:{self.region}:execute-api" --user test:test ' if read.signed else ""
        return f"curl {signed}{self.url}{read.path}"


def apis(engine: Engine, outputs: Mapping[str, str]) -> tuple[Api, ...]:
    """The APIs that the outputs of a stack name by their invoke URL, each once, in the outputs' order.

    A signature is over the whole path, from ``/restapis`` on, with ``127.0.0.1:<port>`` as the host.
    """
    found = (INVOKE_URL.fullmatch(value) for value in outputs.values())
    return tuple(
        dict.fromkeys(
            Api(
                f"{engine.endpoint_url}/restapis/{match['api']}/{match['stage']}/_user_request_",
                match["region"],
            )
            for match in found
            if match
        )
    )


def reads(template: Mapping[str, Any]) -> tuple[Read, ...]:
    """What the API of a template answers to a plain GET: the open paths first, then those for IAM callers."""
    resources: Mapping[str, Any] = template["Resources"]
    methods = [item["Properties"] for item in resources.values() if item["Type"] == "AWS::ApiGateway::Method"]
    found = {
        Read(path, signed=method["AuthorizationType"] == "AWS_IAM")
        for method in methods
        if method["HttpMethod"] == "GET" and method["AuthorizationType"] in {"NONE", "AWS_IAM"}
        for path in [_path(resources, method["ResourceId"])]
        if "{" not in path
    }
    return tuple(sorted(found, key=lambda read: (read.signed, read.path)))


def _path(resources: Mapping[str, Any], reference: Mapping[str, Any]) -> str:
    """``/items/{id}`` of a reference to a path resource; "/" of the root."""
    resource = resources.get(reference.get("Ref", ""))
    if resource is None:
        return "/"
    properties = resource["Properties"]
    return f"{_path(resources, properties['ParentId']).rstrip('/')}/{properties['PathPart']}"
