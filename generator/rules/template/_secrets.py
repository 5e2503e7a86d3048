"""Values, names and references that tell a secret, and the places where a template can leak one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from generator.rules._document import Document, Node, references
from generator.rules._links import written
from generator.rules._statements import places
from generator.rules._values import HOLE, truth

# The published shapes of credentials. Each names its kind.
SHAPES = {
    "an AWS access key id": re.compile(r"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b"),
    "a private key": re.compile(r"-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----"),
    "a GitHub token": re.compile(r"\b(?:gh[pousr]_[A-Za-z0-9]{36,}|github_pat_[A-Za-z0-9_]{22,})"),
    "a GitLab token": re.compile(r"\bglpat-[A-Za-z0-9_-]{20,}"),
    "a Slack token": re.compile(r"\bxox[abeoprs]-[A-Za-z0-9-]{10,}"),
    "a Slack webhook": re.compile(r"hooks\.slack\.com/services/T[A-Z0-9]+/B[A-Z0-9]+/\w{8,}"),
    "a Stripe key": re.compile(r"\b[rs]k_(?:live|test)_[A-Za-z0-9]{16,}"),
    "a Google key": re.compile(r"\bAIza[0-9A-Za-z_-]{35}"),
    "a SendGrid key": re.compile(r"\bSG\.[\w-]{16,}\.[\w-]{16,}"),
    "an npm token": re.compile(r"\bnpm_[A-Za-z0-9]{36}\b"),
    "a JSON web token": re.compile(r"\beyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]{10,}"),
    "a connection string with a password": re.compile(
        r"\b[a-z][a-z0-9+.-]{1,20}://[^\s:/@'\"<>{}$]*:(?!\$|\{|<|\*|password@|/)[^\s:/@'\"<>{}$"
        + HOLE
        + r"]{3,}@[\w$["
        + HOLE
        + "]",
        re.IGNORECASE,
    ),
    "an Authorization header": re.compile(
        r"^(?:Bearer [A-Za-z0-9._~+/-]{20,}=*|Basic (?=[A-Za-z0-9+/]*\d)[A-Za-z0-9+/]{8,}={0,2})$"
    ),
    "a connection string with a key": re.compile(r"\bAccountKey=[A-Za-z0-9+/]{40,}=*"),
}
PASSWORD = re.compile(r"(?:password|passwd|passphrase|pwd|(?:^|[_\W])pass|(?-i:[a-z]Pass))$", re.IGNORECASE)
KEY = re.compile(
    r"(?:secret|token|credentials?|api[_-]?key|access[_-]?key|private[_-]?key|signing[_-]?key|auth[_-]?key"
    r"|encryption[_-]?key|secret[_-]?key|client[_-]?secret)$",
    re.IGNORECASE,
)
NO_SECRET = re.compile(
    r"(?:arn:|\{\{resolve:|/|alias/|https?://|\$\{?|true$|false$|none$|null$|enabled$|disabled$|\d{1,4}$"
    r"|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$)",
    re.IGNORECASE,
)
# Maps of names and values that readers of the configuration see.
MAPS: dict[str, tuple[tuple[str, ...], ...]] = {
    "AWS::ApiGateway::Stage": (("Variables",),),
    "AWS::ApiGatewayV2::Stage": (("StageVariables",),),
    "AWS::AppRunner::Service": (),
    "AWS::Glue::Job": (("DefaultArguments",),),
    "AWS::Lambda::Function": (("Environment", "Variables"),),
    "AWS::Serverless::Api": (("Variables",),),
    "AWS::Serverless::Function": (("Environment", "Variables"),),
}
PAIRS: dict[str, tuple[tuple[str, ...], ...]] = {
    "AWS::AppRunner::Service": (
        ("SourceConfiguration", "ImageRepository", "ImageConfiguration", "RuntimeEnvironmentVariables", "*"),
    ),
    "AWS::Batch::JobDefinition": (("ContainerProperties", "Environment", "*"),),
    "AWS::CodeBuild::Project": (("Environment", "EnvironmentVariables", "*"),),
    "AWS::ECS::TaskDefinition": (("ContainerDefinitions", "*", "Environment", "*"),),
    "AWS::ElasticBeanstalk::Environment": (("OptionSettings", "*"),),
}
CUSTOM = ("Custom::", "AWS::CloudFormation::CustomResource")


def visible(document: Document) -> Iterator[tuple[str, Node]]:
    """Name and value, as written, of each variable that whoever may describe the resource can read."""
    for resource in document.resources(*MAPS):
        for steps in MAPS[resource.type]:
            for block in places(resource.properties, steps):
                yield from block.members()
    for block in places(document.root, ("Globals", "Function", "Environment", "Variables")):
        yield from block.members()
    for resource in document.resources(*PAIRS):
        for steps in PAIRS[resource.type]:
            for pair in places(resource.properties, steps):
                stored = pair.one("Type").value in ("SECRETS_MANAGER", "PARAMETER_STORE")
                name = pair.raw("Name") if not pair.raw("Name").absent else pair.raw("OptionName")
                if not stored and isinstance(name.value, str) and not pair.raw("Value").absent:
                    yield name.value, pair.raw("Value")


def custom_properties(document: Document) -> Iterator[tuple[str, Node]]:
    """Name and value, as written, of the properties of custom resources, those inside others too."""
    for resource in document.resources():
        if resource.type.startswith(CUSTOM):
            for name, node in resource.properties.members():
                if name not in ("ServiceToken", "ServiceTimeout"):
                    yield from _leaves(name, node, 0)


def _leaves(name: str, node: Node, depth: int) -> Iterator[tuple[str, Node]]:
    value = node.value
    inner = isinstance(value, dict) and not any(str(one).startswith("Fn::") or one == "Ref" for one in value)
    if depth < 20 and inner:
        for below, child in node.members():
            yield from _leaves(below, child, depth + 1)
    elif depth < 20 and isinstance(value, list):
        for place in range(len(value)):
            yield from _leaves(name, node.raw(place), depth + 1)
    else:
        yield name, node


def texts(node: Node, depth: int = 0) -> Iterator[Node]:
    """Every text below a node, as it is written."""
    if depth > 60:
        return
    if isinstance(node.value, str):
        yield node
    elif isinstance(node.value, dict):
        for name in node.value:
            yield from texts(node.raw(name), depth + 1)
    elif isinstance(node.value, list):
        for place in range(len(node.value)):
            yield from texts(node.raw(place), depth + 1)


def is_secret_literal(name: str, value: Any) -> bool:
    """Whether a literal under this name is a password or key, not the name or place of one."""
    if not isinstance(value, str) or HOLE in value or not value.strip() or NO_SECRET.match(value):
        return False
    if PASSWORD.search(name):
        return True
    mixed = re.search(r"\d", value) and re.search(r"[A-Za-z]", value)
    random = mixed and len(value) >= 12 and not re.search(r"\s", value)
    return bool(KEY.search(name) and random)


def shape(text: str) -> str | None:
    """Which kind of credential a text has in it."""
    return next((kind for kind, pattern in SHAPES.items() if pattern.search(text)), None)


def hidden_parameters(document: Document) -> frozenset[str]:
    """Names of parameters with NoEcho."""
    return frozenset(
        name for name, node in document.section("Parameters") if truth(node.raw("NoEcho").value) is True
    )


def brings_secret(node: Node) -> bool:
    """Whether a value is made with a NoEcho parameter, a secret's value, or an access key."""
    document = node.document
    names = references(written(node))
    if names & hidden_parameters(document):
        return True
    for one in node.outcomes():
        if isinstance(one.value, str) and SECRET_REFERENCE.search(one.value):
            return True
    keys = [name for name in names if name in document.all_resources]
    return any(document.all_resources[name].type == "AWS::IAM::AccessKey" for name in keys) and (
        "SecretAccessKey" in str(written(node))
    )


SECRET_REFERENCE = re.compile(r"\{\{resolve:(?:secretsmanager|ssm-secure):")
