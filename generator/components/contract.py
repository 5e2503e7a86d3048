"""Reads an API's OpenAPI contract: the operations that a REST API is made of.

The contract is the one source of routes, required parameters and request bodies. Only what a gateway needs
is read here; the function behind it reads the same file for its own validation.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Literal

from msgspec import Struct

from generator.errors import RenderError

METHODS = ("get", "put", "post", "delete", "options", "head", "patch")
ORIGIN = "method.request.header.Origin"
LOCATIONS = {"path": "path", "query": "querystring", "header": "header"}


class Operation(Struct, frozen=True):
    """One method of one path.

    ``open`` means that callers need no credentials. ``throttle`` names the limit that applies. ``cached``
    answers depend on nothing but the operation's parameters and the Origin header, never on the caller.
    ``parameters`` maps the gateway's names (``method.request.header.If-Match``) to whether one is required.
    ``body`` is the name of the request body's schema for each content type.
    """

    operation_id: str
    method: str
    path: str
    open: bool
    throttle: Literal["read", "write"]
    parameters: Mapping[str, bool]
    body: Mapping[str, str]
    cached: bool = False

    @property
    def cache_keys(self) -> tuple[str, ...]:
        """The gateway's names of all that cached answers depend on; () where nothing is cached.

        The function reads no other parameter. CORS headers differ by Origin.
        """
        return tuple(sorted({*self.parameters, ORIGIN})) if self.cached else ()


class Contract(Struct, frozen=True):
    """The operations of an API in the order of their paths and methods, with its title."""

    title: str
    operations: tuple[Operation, ...]

    @property
    def schemas(self) -> tuple[str, ...]:
        """Names of the schemas that request bodies have."""
        return tuple(sorted({name for operation in self.operations for name in operation.body.values()}))


def read_contract(path: Path) -> Contract:
    """The contract in an OpenAPI 3 file (JSON); RenderError where it says something a gateway cannot hold."""
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
        operations = tuple(_operations(document))
        title = document["info"]["title"]
    except (OSError, ValueError, LookupError, TypeError, AttributeError, RecursionError) as problem:
        raise RenderError(
            f"{path.parent.name}/{path.name} is not a contract that an API can be made of: {problem!r}",
            "see the schema of OpenAPI 3.0, and handlers/items/openapi.json for an example",
        ) from problem
    return Contract(title=title, operations=operations)


def _operations(document: Mapping[str, Any]) -> Iterator[Operation]:
    for path, item in sorted(document["paths"].items()):
        shared = item.get("parameters", [])
        for method in sorted(set(METHODS) & set(item)):
            operation = item[method]
            security = operation.get("security", document.get("security"))
            throttle = operation["x-gen-throttle"]
            if throttle not in ("read", "write"):
                raise ValueError(
                    f"{method} {path}: x-gen-throttle is {throttle!r}; 'read' or 'write' is allowed"
                )
            cached = operation.get("x-gen-cache", False)
            if cached is not False and (cached is not True or method != "get"):
                raise ValueError(f"{method} {path}: x-gen-cache is {cached!r}; true is allowed, for get only")
            yield Operation(
                operation_id=operation["operationId"],
                method=method.upper(),
                path=path,
                open=security == [],
                throttle=throttle,
                parameters=dict(_parameters(document, [*shared, *operation.get("parameters", [])])),
                body=dict(_body(document, operation)),
                cached=cached,
            )


def _parameters(
    document: Mapping[str, Any], parameters: list[Mapping[str, Any]]
) -> Iterator[tuple[str, bool]]:
    for parameter in (_resolved(document, parameter) for parameter in parameters):
        if location := LOCATIONS.get(parameter["in"]):
            yield f"method.request.{location}.{parameter['name']}", parameter.get("required", False)


def _body(document: Mapping[str, Any], operation: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    body = _resolved(document, operation.get("requestBody", {}))
    for content_type, media in sorted(body.get("content", {}).items()):
        yield content_type, media["schema"]["$ref"].rsplit("/", 1)[1]


def _resolved(document: Mapping[str, Any], value: Mapping[str, Any]) -> Mapping[str, Any]:
    """``value``, or what its local $ref points to."""
    seen: set[str] = set()
    while "$ref" in value:
        if value["$ref"] in seen:
            raise ValueError(f"$ref {value['$ref']} points to itself")
        seen.add(value["$ref"])
        target: Any = document
        for part in value["$ref"].removeprefix("#/").split("/"):
            target = target[part]
        value = target
    return value


def pascal(text: str) -> str:
    """``/items/{id}`` → ``ItemsId``: a part of a logical id."""
    return "".join(word[:1].upper() + word[1:] for word in re.findall(r"[A-Za-z0-9]+", text))
