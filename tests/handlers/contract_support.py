"""Requests as API Gateway hands them on, and answers held against the contract that promises them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from openapi_schema_validator import OAS30Validator

HANDLERS = Path(__file__).parents[2] / "handlers"
Contract = Mapping[str, Any]


@dataclass(frozen=True)
class Answer:
    status: int
    headers: Mapping[str, str]
    body: Any
    text: str


def contract_of(service: str) -> dict[str, Any]:
    document: dict[str, Any] = json.loads((HANDLERS / service / "openapi.json").read_text(encoding="utf-8"))
    return document


def proxy_event(
    method: str,
    resource: str,
    *,
    path_parameters: Mapping[str, str],
    body: Any = None,
    headers: Mapping[str, str] | None = None,
    query: Mapping[str, str] | None = None,
    caller: str | None,
) -> dict[str, Any]:
    """The event of one request; a body that is neither text nor None is sent as JSON."""
    sent = dict(headers or {})
    if body is not None:
        sent = {"Content-Type": "application/json", **sent}
    path = resource
    for name, value in path_parameters.items():
        path = path.replace(f"{{{name}}}", value)
    return {
        "resource": resource,
        "httpMethod": method,
        "pathParameters": dict(path_parameters) or None,
        "headers": sent,
        "multiValueHeaders": {name: [value] for name, value in sent.items()},
        "queryStringParameters": dict(query) if query else None,
        "multiValueQueryStringParameters": {name: [value] for name, value in query.items()}
        if query
        else None,
        "requestContext": {
            "requestId": "request-1",
            "path": f"/live{path}",
            "identity": {"userArn": caller},
        },
        "body": body if isinstance(body, str) or body is None else json.dumps(body),
        "isBase64Encoded": False,
    }


def operation_of(contract: Contract, event: Mapping[str, Any]) -> dict[str, Any]:
    operation: dict[str, Any] = contract["paths"][event["resource"]][event["httpMethod"].lower()]
    return operation


def checked(contract: Contract, event: Mapping[str, Any], raw: Mapping[str, Any]) -> Answer:
    """Return the answer, after holding it against the contract: status, headers and body."""
    status, headers, text = raw["statusCode"], raw["headers"], raw["body"]
    responses = operation_of(contract, event)["responses"]
    assert str(status) in responses, f"{status} is not documented: {text}"
    response = resolved(contract, responses[str(status)])
    assert headers["Vary"] == "Origin"
    known = {name.lower() for name in response.get("headers", {})} | {"content-type", "cache-control"}
    assert {name.lower() for name in headers} <= known
    for name, header in response.get("headers", {}).items():
        assert name in headers or not resolved(contract, header).get("required"), f"{name} is missing"
    content = response.get("content")
    if not content:
        assert text == ""
        return Answer(status, headers, None, text)
    assert headers["Content-Type"] in content
    text.encode()
    body = json.loads(text)
    schema = content[headers["Content-Type"]]["schema"]
    OAS30Validator({**schema, "components": contract["components"]}).validate(body)
    if status >= 400:
        assert body["status"] == status
    return Answer(status, headers, body, text)


def resolved(contract: Contract, node: Mapping[str, Any]) -> Mapping[str, Any]:
    """A part of the contract, or what its reference names."""
    target: Any = node
    while "$ref" in target:
        steps = target["$ref"].removeprefix("#/").split("/")
        target = contract
        for step in steps:
            target = target[step]
    found: Mapping[str, Any] = target
    return found
