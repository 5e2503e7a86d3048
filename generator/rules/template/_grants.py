"""Policies that are resources of their own, and the roles and functions that need them."""

from __future__ import annotations

from generator.rules._document import Document, Resource
from generator.rules._links import meant
from generator.rules._statements import covers, statements

FUNCTIONS = ("AWS::Lambda::Function", "AWS::Serverless::Function")


def function_of_caller(document: Document, value: object) -> Resource | None:
    """The function behind a name, ARN, alias or version."""
    found = document.named(value, "AWS::Lambda::Alias", "AWS::Lambda::Version", *FUNCTIONS)
    if found is not None and found.type not in FUNCTIONS:
        return document.named(found.properties.raw("FunctionName").value, *FUNCTIONS)
    return found


def role_of(function: Resource) -> Resource | None:
    """The role of a function, where the template makes it."""
    return meant(function.properties.raw("Role"), "AWS::IAM::Role")


def separate_policies(document: Document, role: Resource) -> list[Resource]:
    """Policy resources that are attached to a role after both exist."""
    found = []
    for policy in document.resources("AWS::IAM::Policy", "AWS::IAM::ManagedPolicy", "AWS::IAM::RolePolicy"):
        name = policy.properties.raw("RoleName")
        roles = policy.properties.raw("Roles")
        places = (
            [roles.raw(place) for place in range(len(roles.value))] if isinstance(roles.value, list) else []
        )
        targets = [meant(one, "AWS::IAM::Role") for one in [*places, name] if not one.absent]
        if any(one is not None and one.id == role.id for one in targets):
            found.append(policy)
    return found


def grants(document: Document, policy: Resource, actions: tuple[str, ...]) -> bool:
    """Whether a policy resource, or the inline policies of a role, allow one of these actions."""
    return any(
        covers(one.value, action)
        for statement in statements(document, "identity")
        if statement.resource.id == policy.id and statement.allows
        for one in statement.actions()
        for action in actions
    )
