"""API Gateway integrations that call functions, in resources and in OpenAPI bodies."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from generator.rules._document import Document, Node
from generator.rules._values import ABSENT, number
from generator.rules.functions._functions import Caller, Target, target

EXTENSION = "x-amazon-apigateway-integration"
REST_SECONDS, HTTP_SECONDS = 29.0, 30.0


class Integration(NamedTuple):
    """A function that an API calls and waits for.

    ``seconds`` is how long the API waits; None where that is not certain.
    """

    place: Node
    target: Target
    seconds: float | None
    as_role: bool


def integrations(document: Document) -> Iterator[Integration]:
    """Integrations that wait for the function's answer."""
    for method in document.resources("AWS::ApiGateway::Method"):
        place = method.properties.one("Integration")
        yield from _integration(
            document, place, ("Uri", "TimeoutInMillis", "Credentials", "RequestParameters"), 29
        )
    for resource in document.resources("AWS::ApiGatewayV2::Integration"):
        names = ("IntegrationUri", "TimeoutInMillis", "CredentialsArn", "RequestParameters")
        yield from _integration(
            document, resource.properties, names, 29 if _is_websocket(document, resource) else 30
        )
    for api in document.resources("AWS::ApiGateway::RestApi", "AWS::ApiGatewayV2::Api"):
        names = ("uri", "timeoutInMillis", "credentials", "requestParameters")
        for _, path in api.properties.members("Body", "paths"):
            for _, method_node in path.members():
                found = method_node.one(EXTENSION)
                yield from _integration(document, found, names, 29 if api.type.endswith("RestApi") else 30)


def callers(document: Document) -> Iterator[Caller]:
    """Integrations that need a permission on the function; one with a role of its own needs none."""
    for one in integrations(document):
        if not one.as_role:
            yield Caller(one.place, "apigateway.amazonaws.com", one.target)


def _integration(
    document: Document, place: Node, names: tuple[str, str, str, str], limit: float
) -> Iterator[Integration]:
    uri, milliseconds, credentials, parameters = names
    found = target(document, place.raw(uri).value) if isinstance(place.value, dict) else None
    if found is None or _leaves_an_event(place.raw(parameters)):
        return
    given = place.one(milliseconds).value
    value = number(given)
    seconds = limit if given is ABSENT else value / 1000 if value is not None else None
    yield Integration(place.raw(uri), found, seconds, not place.raw(credentials).absent)


def _leaves_an_event(parameters: Node) -> bool:
    """Whether the integration asks Lambda to run the function later and answers at once."""
    return any(
        name.lower().endswith("x-amz-invocation-type") and node.value == "'Event'"
        for name, node in parameters.members()
    )


def _is_websocket(document: Document, integration: Node) -> bool:
    api = document.named(integration.raw("Properties", "ApiId").value, "AWS::ApiGatewayV2::Api")
    return api is None or api.properties.one("ProtocolType").value != "HTTP"
