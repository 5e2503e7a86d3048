"""Whether a service may invoke a function of the template."""

from __future__ import annotations

from typing import Any

from generator.rules._document import Document, Resource
from generator.rules._values import ABSENT, function_of

INVOKED = ("AWS::Lambda::Alias", "AWS::Lambda::Version", "AWS::Lambda::Function")


def invoked(document: Document, value: Any) -> Resource | None:
    """The alias, version or function of the template that an ARN or integration URI calls."""
    for kind in INVOKED:
        found = document.named(value, kind)
        if found is not None:
            return found
    return None


def uninvocable(document: Document, value: Any, service: str) -> Resource | None:
    """The function, alias or version that ``value`` calls and the service certainly may not invoke.

    A permission for a function does not cover its aliases, nor the other way round. None where a permission
    may exist, also one of which the template does not say whose it is.
    """
    target = invoked(document, value)
    if target is None:
        return None
    for permission in document.resources("AWS::Lambda::Permission"):
        if not _for_service(permission, service):
            continue
        named = invoked(document, permission.properties.raw("FunctionName").value)
        if named is None or _same(document, permission, named, target, value):
            return None
    return target


def _for_service(permission: Resource, service: str) -> bool:
    principal = permission.properties.one("Principal").value
    return not isinstance(principal, str) or principal in (service, "*") or service in principal


def _same(document: Document, permission: Resource, named: Resource, target: Resource, value: Any) -> bool:
    if named.id == target.id:
        qualified = permission.properties.raw("Qualifier").value is not ABSENT
        return not qualified or not _plain(value)
    if target.type == "AWS::Lambda::Function":
        return not _plain(value) and function_id(document, named) == target.id
    qualifier = permission.properties.one("Qualifier")
    return not qualifier.absent and function_id(document, target) == named.id


def function_id(document: Document, target: Resource) -> str | None:
    """Logical id of the function of an alias or version, or of a function itself."""
    if target.type == "AWS::Lambda::Function":
        return target.id
    found = document.named(target.properties.raw("FunctionName").value, "AWS::Lambda::Function")
    return found.id if found is not None else None


def _plain(value: Any) -> bool:
    """Whether a function is named without a qualifier after it."""
    match function_of(value):
        case ("Ref" | "Fn::GetAtt", _):
            return True
        case ("Fn::Sub", str() as text):
            return text.endswith(("}", "}/invocations"))
        case ("Fn::Join", [_, [*_, dict() | "/invocations"]]):
            return True
    return False
