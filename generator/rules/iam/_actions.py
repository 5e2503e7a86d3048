"""What IAM actions can be narrowed to, from the service authorization data inside cfn-lint."""

from __future__ import annotations

from fnmatch import fnmatchcase
from functools import cache
from importlib.resources import files
from typing import Any

import msgspec
from cfnlint.data import AdditionalSpecs

from generator.rules._document import Node
from generator.rules._statements import Statement, covers
from generator.rules._values import HOLE

# "Configuring a Lambda function to access resources in a VPC": the service calls these on *.
NEED_EVERYTHING = frozenset(
    {
        "ec2:assignprivateipaddresses",
        "ec2:createnetworkinterface",
        "ec2:deletenetworkinterface",
        "ec2:unassignprivateipaddresses",
    }
)
# Kinds of resource of which "all of them" is seldom what one function needs.
WHOLE_TYPES = ("function", "key", "parameter", "queue", "role", "secret", "stateMachine", "table")
# Conditions that do not say which resource.
UNRELATED = frozenset(
    {"aws:securetransport", "aws:requestedregion", "aws:multifactorauthpresent", "aws:multifactorauthage"}
)


class Action(msgspec.Struct, frozen=True):
    """What the data says of an action, as far as it is wanted here."""

    resources: list[Any] | None = msgspec.field(name="Resources", default=None)


class Service(msgspec.Struct, frozen=True):
    """Actions of a service by their names in lower case."""

    actions: dict[str, Action] = msgspec.field(name="Actions", default_factory=dict)


@cache
def _services() -> dict[str, Service]:
    data = files(AdditionalSpecs).joinpath("Policies.json").read_bytes()
    return msgspec.json.decode(data, type=dict[str, Service])


@cache
def takes_resources(pattern: str) -> bool:
    """Whether an action, or one that a pattern means, can be limited to named resources.

    Actions that only list or describe do not count, nor what the data does not know.
    """
    service, _, name = pattern.lower().partition(":")
    actions = _services().get(service, Service()).actions
    return any(
        bool(about.resources)
        and not action.startswith(("list", "describe"))
        and f"{service}:{action}" not in NEED_EVERYTHING
        for action, about in actions.items()
        if fnmatchcase(action, name)
    )


def is_everything(resource: Any) -> bool:
    """``*``, or an ARN of all resources of a service or of a kind."""
    if not isinstance(resource, str) or not resource:
        return False
    if resource.strip("*") == "":
        return True
    parts = resource.split(":", 5)
    if len(parts) < 6 or parts[0] != "arn":
        return False
    rest = parts[5].replace("/", ":")
    return HOLE not in rest and rest in {"*", "*:*", *(f"{kind}:*" for kind in WHOLE_TYPES)}


def everything(statement: Statement) -> Node | None:
    """The first resource of a statement that means all."""
    return next((one for one in statement.resources() if is_everything(one.value)), None)


def unconditional(statement: Statement) -> bool:
    """No condition may narrow it to some resources, services or requests."""
    if any(not one.known for one in statement.node.outcomes("Condition")):
        return False
    return all(one.key.lower() in UNRELATED for one in statement.conditions())


def reads_with_keys(action: str) -> bool:
    """An action, or a pattern of some, that uses a key to read or write data."""
    return any(
        covers(action, one)
        for one in ("kms:Decrypt", "kms:ReEncryptFrom", "kms:GenerateDataKey", "kms:Encrypt")
    )
