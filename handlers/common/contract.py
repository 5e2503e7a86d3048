"""The OpenAPI document as the one source of routes, parameters, media types and schemas."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from handlers.common.http import Request
from handlers.common.jsontext import MalformedJsonError, parse
from handlers.common.problems import FieldError, Problem
from handlers.common.schema import Schema

_METHODS = ("get", "post", "put", "patch", "delete", "options", "head")


@dataclass(frozen=True, kw_only=True)
class Parameter:
    """A path, query or header parameter."""

    name: str
    place: str
    required: bool
    schema: Schema


@dataclass(frozen=True, kw_only=True)
class Operation:
    """A method of a path. bodies: the schema by media type. cached: the gateway keeps answers for others."""

    name: str
    parameters: tuple[Parameter, ...]
    bodies: Mapping[str, Schema]
    cached: bool


@dataclass(frozen=True, kw_only=True)
class Contract:
    """The operations of an API by path template and method."""

    operations: Mapping[str, Mapping[str, Operation]]
    schemas: Mapping[str, Schema]

    def operation(self, request: Request) -> Operation:
        """Return the operation that a request asks for.

        Raises:
            Problem: 404 for a path, 405 for a method that the contract does not have.
        """
        methods = self.operations.get(request.resource)
        if methods is None:
            raise Problem(404, "not-found", "There is no such path.")
        if request.method not in methods:
            allow = ", ".join(sorted(methods))
            raise Problem(405, "method-not-allowed", f"This path has {allow}.", headers={"Allow": allow})
        return methods[request.method]

    def as_cached(self, request: Request) -> Request:
        """Return what the answer to a request may depend on: if it is cached, the last value of each name.

        That is what the gateway's cache tells requests apart by. A name that is sent twice must not leave an
        answer there that those get who send the last value alone.
        """
        operation = self.operations.get(request.resource, {}).get(request.method)
        return request.with_last_values() if operation and operation.cached else request


def load_contract(path: Path) -> Contract:
    """Return the contract in an OpenAPI 3.0 document."""
    document = json.loads(path.read_text(encoding="utf-8"))
    return Contract(
        operations={
            template: {
                method.upper(): _operation(item[method], document) for method in _METHODS if method in item
            }
            for template, item in document["paths"].items()
        },
        schemas={
            name: Schema(_resolve(definition, document))
            for name, definition in document["components"]["schemas"].items()
        },
    )


def read_parameters(operation: Operation, request: Request) -> dict[str, Any]:
    """Return the values of the parameters that were sent, and the defaults of those that were not.

    Parameters that the contract does not know are left alone: a presigned request carries its own.

    Raises:
        Problem: 400, with every mistake.
    """
    values: dict[str, Any] = {}
    errors: list[FieldError] = []
    for parameter in operation.parameters:
        sent = _sent(parameter, request)
        if len(sent) > 1:
            errors.append(FieldError(parameter=parameter.name, detail="may be sent once only"))
        elif sent:
            values[parameter.name] = value = _typed(sent[0], parameter.schema.definition)
            errors += [
                FieldError(parameter=parameter.name, detail=violation.detail)
                for violation in parameter.schema.violations(value)
            ]
        elif parameter.required:
            errors.append(FieldError(parameter=parameter.name, detail="is required"))
        elif "default" in parameter.schema.definition:
            values[parameter.name] = parameter.schema.definition["default"]
    if errors:
        raise Problem(400, "invalid-parameter", "A parameter or header is not valid.", errors=errors)
    return values


def read_body(operation: Operation, request: Request, *, max_bytes: int) -> Any:
    """Return the JSON body of a request, sound by the contract and with its defaults filled in.

    Raises:
        Problem: 413 too large, 415 not JSON by its headers, 400 not a JSON object, 422 not by the schema.
    """
    if request.body is not None and len(request.body) > max_bytes:
        raise Problem(413, "content-too-large", f"The body may have {max_bytes} bytes.")
    schema = _schema_for(operation, request)
    body = _parse_object(request)
    require_valid(schema, body)
    return body


def require_valid(schema: Schema, body: Any) -> None:
    """Check a body; a sound one is given its defaults in place.

    Raises:
        Problem: 422, with a JSON pointer for every mistake.
    """
    violations = schema.violations(body)
    if violations:
        raise unprocessable([FieldError(pointer=each.pointer, detail=each.detail) for each in violations])


def unprocessable(errors: list[FieldError]) -> Problem:
    """A body that is well formed but breaks rules."""
    return Problem(422, "invalid-body", "The body breaks a rule of the contract.", errors=errors)


def _schema_for(operation: Operation, request: Request) -> Schema:
    media_type, _, rest = request.headers.get("content-type", "").partition(";")
    options = [option.strip().lower().replace('"', "") for option in rest.split(";") if option.strip()]
    schema = operation.bodies.get(media_type.strip().lower())
    encoding = request.headers.get("content-encoding", "identity").strip().lower()
    foreign = [option for option in options if option.startswith("charset=") and option != "charset=utf-8"]
    if schema is None or foreign or encoding != "identity":
        accepted = " or ".join(operation.bodies)
        raise Problem(415, "unsupported-media-type", f"Send {accepted}, in UTF-8 and not compressed.")
    return schema


def _parse_object(request: Request) -> dict[str, Any]:
    if request.undecodable:
        raise Problem(400, "malformed-body", "The body cannot be decoded.")
    if request.body is None:
        raise Problem(400, "malformed-body", "A body is required.")
    try:
        body = parse(request.body.decode())
    except UnicodeDecodeError:
        raise Problem(400, "malformed-body", "The body is not UTF-8.") from None
    except MalformedJsonError as error:
        raise Problem(400, "malformed-body", f"The body is not sound JSON: {error}.") from None
    if not isinstance(body, dict):
        raise Problem(400, "malformed-body", "The body must be a JSON object.")
    return body


def _sent(parameter: Parameter, request: Request) -> tuple[str, ...]:
    if parameter.place == "query":
        return request.query.get(parameter.name, ())
    source, name = (
        (request.headers, parameter.name.lower())
        if parameter.place == "header"
        else (request.path_parameters, parameter.name)
    )
    return (source[name],) if name in source else ()


def _typed(text: str, definition: Mapping[str, Any]) -> str | int:
    is_number = definition.get("type") == "integer" and text.isascii() and text.isdecimal() and len(text) < 10
    return int(text) if is_number else text


def _operation(definition: Mapping[str, Any], document: Mapping[str, Any]) -> Operation:
    content = _resolve(definition.get("requestBody", {}), document).get("content", {})
    return Operation(
        name=definition["operationId"],
        parameters=tuple(
            Parameter(
                name=parameter["name"],
                place=parameter["in"],
                required=parameter.get("required", False),
                schema=Schema(parameter["schema"]),
            )
            for parameter in _resolve(definition.get("parameters", []), document)
        ),
        bodies={media_type: Schema(body["schema"]) for media_type, body in content.items()},
        cached=definition.get("x-gen-cache", False),
    )


def _resolve(node: Any, document: Mapping[str, Any]) -> Any:
    """Return a part of the document with every `$ref` replaced by what it names (none is recursive)."""
    if isinstance(node, list):
        return [_resolve(element, document) for element in node]
    if not isinstance(node, dict):
        return node
    if "$ref" in node:
        target: Any = document
        for step in node["$ref"].removeprefix("#/").split("/"):
            target = target[step]
        return _resolve(target, document)
    return {name: _resolve(member, document) for name, member in node.items()}
