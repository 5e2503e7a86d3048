"""What REST API methods and HTTP API routes are open, and which ones may be."""

from __future__ import annotations

from collections.abc import Iterator

from generator.rules._document import Document, Node, Resource
from generator.rules._links import meant
from generator.rules._statements import Statement, covers, statements
from generator.rules._values import ABSENT, truth
from generator.rules.api._stages import path_of

HEALTH = frozenset(
    {"health", "healthcheck", "healthz", "live", "liveness", "ping", "ready", "readiness", "status"}
)


# SAM's events: the API resource's kind, and the property that names it.
APIS = {"Api": ("Api", "RestApiId"), "HttpApi": ("HttpApi", "ApiId")}


def is_preflight(method: Resource) -> bool:
    """An OPTIONS method: browsers send it without credentials."""
    return bool(method.properties.one("HttpMethod").value == "OPTIONS")


def is_mock(method: Resource) -> bool:
    """A method that API Gateway answers itself."""
    return bool(method.properties.one("Integration", "Type").value == "MOCK")


def is_health(path: str | None) -> bool:
    """Whether a path ends in a name that health checks have."""
    last = (path or "").replace("~1", "/").rstrip("/").rpartition("/")[2]
    return last.lower() in HEALTH


def open_method(method: Resource) -> Node | None:
    """The place to blame where everybody may call a method that does something."""
    properties = method.properties
    places = properties.some("AuthorizationType", that=lambda value: value in ("NONE", ABSENT))
    place = places[0] if places else None
    if place is None or is_preflight(method) or is_mock(method) or is_health(path_of(method)):
        return None
    if any(not one.known or truth(one.value) is True for one in properties.outcomes("ApiKeyRequired")):
        return None
    api = meant(properties.raw("RestApiId"), "AWS::ApiGateway::RestApi")
    return None if api is not None and is_closed(api) else place


def is_closed(api: Resource) -> bool:
    """Whether an API is private, or has a policy of its own that may hold callers off."""
    types = [one.value for one in api.properties.each("EndpointConfiguration", "Types")]
    policy = api.properties.raw("Policy")
    if "PRIVATE" in types or policy.absent:
        return "PRIVATE" in types
    own = [one for one in statements(api.document, "api") if one.resource.id == api.id]
    return not own or any(_holds_off(one) for one in own)


def _holds_off(statement: Statement) -> bool:
    """An Allow of some callers alone, or a Deny of calls; one of something else leaves calls open."""
    if statement.allows:
        return statement.everybody() is None or bool(statement.conditions())
    return any(covers(one.value, "execute-api:Invoke") for one in statement.actions())


def open_events(document: Document) -> Iterator[Node]:
    """SAM events of functions that everybody may call."""
    for function in document.resources("AWS::Serverless::Function"):
        for _, event in function.properties.members("Events"):
            kind = event.one("Type").value
            if not isinstance(kind, str) or kind not in APIS or not _is_open(document, event, *APIS[kind]):
                continue
            path, verb = event.one("Properties", "Path").value, event.one("Properties", "Method").value
            known = isinstance(path, str) and isinstance(verb, str)
            if known and verb.lower() != "options" and not is_health(path):
                yield event.raw("Properties")


def _is_open(document: Document, event: Node, section: str, step: str) -> bool:
    chosen = event.one("Properties", "Auth", "Authorizer")
    if not chosen.absent:
        return bool(chosen.value == "NONE")
    if not event.raw("Properties", "Auth").absent:
        return False
    place = event.raw("Properties", step)
    api = meant(place, f"AWS::Serverless::{section}") if not place.absent else None
    if api is None and not place.absent:
        return False
    blocks = [document.root.raw("Globals", section, "Auth")]
    blocks += [api.properties.raw("Auth"), api.properties.raw("DefinitionBody")] if api else []
    return all(one.absent for one in blocks)
