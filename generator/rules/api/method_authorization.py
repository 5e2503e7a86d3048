"""W9427: a method that anybody may call."""

from __future__ import annotations

from collections.abc import Iterator

from generator.rules._document import Document, Problem
from generator.rules._links import meant
from generator.rules._rule import Rule
from generator.rules._values import ABSENT
from generator.rules.api._methods import is_health, open_events, open_method


class MethodAuthorization(Rule):
    """Methods ask who calls, but for preflights and health checks."""

    id = "W9427"
    shortdesc = "API method without authorization"
    description = "Anybody on the internet can call the method."
    source_url = (
        "https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-control-access-to-api.html"
    )
    tags = ("resources", "apigateway", "security")
    items = ("S0.2",)

    def check(self, document: Document) -> Iterator[Problem]:
        """Every such place."""
        for method in document.resources("AWS::ApiGateway::Method"):
            place = open_method(method)
            if place:
                yield place.problem("set AuthorizationType to AWS_IAM, COGNITO_USER_POOLS or CUSTOM")
        for route in document.resources("AWS::ApiGatewayV2::Route"):
            key = route.properties.one("RouteKey").value
            places = route.properties.some("AuthorizationType", that=lambda value: value in ("NONE", ABSENT))
            place = places[0] if places else None
            if not place or not isinstance(key, str):
                continue
            verb, space, path = key.partition(" ")
            api = meant(route.properties.raw("ApiId"), "AWS::ApiGatewayV2::Api")
            catches_all = (
                key == "$default" and api is not None and api.properties.one("ProtocolType").value == "HTTP"
            )
            if (space and verb != "OPTIONS" and not is_health(path)) or key == "$connect" or catches_all:
                yield place.problem("set AuthorizationType to JWT, AWS_IAM or CUSTOM")
        for place in open_events(document):
            yield place.problem("set Auth.DefaultAuthorizer of the API, or Auth.Authorizer of this event")
