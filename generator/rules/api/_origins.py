"""Origins that a template lets read responses (CORS), in every form that AWS has for them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from generator.rules._document import Document, Node
from generator.rules._statements import places
from generator.rules._values import HOLE

HEADER = "access-control-allow-origin"
# Form of CORS, resource type, and the place of origins below Properties.
LISTS: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("http", "AWS::ApiGatewayV2::Api", ("CorsConfiguration", "AllowOrigins", "*")),
    ("http", "AWS::Serverless::HttpApi", ("CorsConfiguration", "AllowOrigins", "*")),
    ("url", "AWS::Lambda::Url", ("Cors", "AllowOrigins", "*")),
    ("url", "AWS::Serverless::Function", ("FunctionUrlConfig", "Cors", "AllowOrigins", "*")),
    ("rest", "AWS::Serverless::Api", ("Cors",)),
    ("rest", "AWS::Serverless::Api", ("Cors", "AllowOrigin")),
    ("bucket", "AWS::S3::Bucket", ("CorsConfiguration", "CorsRules", "*", "AllowedOrigins", "*")),
    (
        "cdn",
        "AWS::CloudFront::ResponseHeadersPolicy",
        ("ResponseHeadersPolicyConfig", "CorsConfig", "AccessControlAllowOrigins", "Items", "*"),
    ),
)
GLOBALS = (
    ("rest", ("Api", "Cors")),
    ("rest", ("Api", "Cors", "AllowOrigin")),
    ("http", ("HttpApi", "CorsConfiguration", "AllowOrigins", "*")),
)
MAPS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("AWS::ApiGateway::GatewayResponse", ("ResponseParameters",)),
    ("AWS::ApiGateway::Method", ("Integration", "IntegrationResponses", "*", "ResponseParameters")),
)
BODIES = {
    "AWS::ApiGateway::RestApi": "Body",
    "AWS::ApiGatewayV2::Api": "Body",
    "AWS::Serverless::Api": "DefinitionBody",
    "AWS::Serverless::HttpApi": "DefinitionBody",
}


class Origin(NamedTuple):
    """One allowed origin: ``form`` is rest, http, url, bucket or cdn; ``text`` has no quotes around it."""

    form: str
    node: Node
    text: str


def origins(document: Document, *forms: str) -> list[Origin]:
    """Origins of these forms whose text is known, at least in part; HOLE stands for the rest."""
    return [one for one in document.once(_all) if not forms or one.form in forms]


def _all(document: Document) -> list[Origin]:
    found = [
        Origin(form, node, _bare(node.value))
        for form, node in document.once(_nodes)
        if isinstance(node.value, str)
    ]
    return [one for one in found if one.text.replace(HOLE, "")]


def everybody(origin: Origin) -> str | None:
    """How an origin lets every website in; None where it does not.

    Sandboxed pages of any website send ``null``, and a gateway response can echo what was sent.
    """
    if re.fullmatch(r"\*|https?://\*(:\*)?", origin.text):
        return f"'{origin.text}'"
    if origin.text.lower() == "null":
        return "'null', which a sandboxed page of any website sends"
    if origin.form == "rest" and origin.text.lower() == "method.request.header.origin":
        return "the request's own origin"
    return None


def unknown_origins(document: Document) -> list[Node]:
    """Places of origins that only a deployment knows."""
    return [node for _, node in document.once(_nodes) if not node.known]


def _nodes(document: Document) -> list[tuple[str, Node]]:
    return [*_in_lists(document), *_in_maps(document), *_in_sam(document), *_in_bodies(document)]


def _in_lists(document: Document) -> Iterator[tuple[str, Node]]:
    for form, kind, steps in LISTS:
        for resource in document.resources(kind):
            yield from ((form, one) for one in places(resource.properties, steps))
    for form, steps in GLOBALS:
        yield from ((form, one) for one in places(document.root, ("Globals", *steps)))
    for policy in document.resources("AWS::CloudFront::ResponseHeadersPolicy"):
        for header in policy.properties.each("ResponseHeadersPolicyConfig", "CustomHeadersConfig", "Items"):
            if str(header.one("Header").value).lower() == HEADER:
                yield from (("cdn", one) for one in header.outcomes("Value"))


def _in_maps(document: Document) -> Iterator[tuple[str, Node]]:
    for kind, steps in MAPS:
        for resource in document.resources(kind):
            yield from (("rest", one) for one in _headers(places(resource.properties, steps)))
    for resource in document.resources("AWS::ApiGatewayV2::Integration"):
        for _, response in resource.properties.members("ResponseParameters"):
            for change in response.each("ResponseParameters"):
                if str(change.one("Destination").value).lower().endswith(f"header.{HEADER}"):
                    yield from (("http", one) for one in change.outcomes("Source"))


def _in_sam(document: Document) -> Iterator[tuple[str, Node]]:
    for resource in document.resources("AWS::Serverless::Api"):
        for _, response in resource.properties.members("GatewayResponses"):
            headers = response.outcomes("ResponseParameters", "Headers")
            yield from (("rest", one) for one in _headers(headers))


def _in_bodies(document: Document) -> Iterator[tuple[str, Node]]:
    for kind, name in BODIES.items():
        for resource in document.resources(kind):
            yield from _in_body(resource.properties.raw(name), 0)


def _headers(blocks: Iterable[Node]) -> Iterator[Node]:
    for block in blocks:
        for name, node in block.members():
            if name.lower() == HEADER or name.lower().endswith(f"header.{HEADER}"):
                yield from node.outcomes()


def _in_body(node: Node, depth: int) -> Iterator[tuple[str, Node]]:
    """Origins inside an OpenAPI document."""
    if depth > 40:
        return
    if isinstance(node.value, dict):
        for name, below in node.members():
            if name == "x-amazon-apigateway-cors":
                yield from (("http", one) for one in below.each("allowOrigins"))
            elif name.lower().endswith(f"header.{HEADER}"):
                yield from (("rest", one) for one in below.outcomes())
            else:
                yield from _in_body(below, depth + 1)
    elif isinstance(node.value, list):
        for place in range(len(node.value)):
            yield from _in_body(node.raw(place), depth + 1)


def _bare(text: str) -> str:
    return text.strip().strip("'\"").strip()
