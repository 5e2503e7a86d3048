"""Ways to break a template. Each returns the logical id of what it broke, or None where it does not apply."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from msgspec import Struct

Template = dict[str, Any]
Change = Callable[[Template], str | None]
Step = str | int


class Mutation(Struct, frozen=True):
    """``change`` breaks a template in one way, and the rule ``rule`` must notice."""

    rule: str
    change: Change


def remove(kind: str, *steps: Step) -> Change:
    """Take a property away from the first resource of a type that has it."""

    def change(template: Template) -> str | None:
        for name, parent in _parents(template, kind, steps):
            if _has(parent, steps[-1]):
                del parent[steps[-1]]
                return name
        return None

    return change


def put(value: Any, kind: str, *steps: Step) -> Change:
    """Give a property of the first resource of a type this value; its parent must be there."""

    def change(template: Template) -> str | None:
        for name, parent in _parents(template, kind, steps):
            parent[steps[-1]] = value
            return name
        return None

    return change


def replace(value: Any, kind: str, *steps: Step) -> Change:
    """As ``put``, for a property that is there already."""

    def change(template: Template) -> str | None:
        for name, parent in _parents(template, kind, steps):
            if _has(parent, steps[-1]):
                parent[steps[-1]] = value
                return name
        return None

    return change


def without(kind: str) -> Change:
    """Take the first resource of a type out of the template."""

    def change(template: Template) -> str | None:
        for name, resource in template["Resources"].items():
            if resource["Type"] == kind:
                del template["Resources"][name]
                return str(name)
        return None

    return change


def at(value: Any, name: str, *steps: Step) -> Change:
    """Give a property of the resource of this logical id this value; its parent must be there."""

    def change(template: Template) -> str | None:
        parent: Any = template["Resources"].get(name)
        for step in steps[:-1]:
            parent = parent[step] if _has(parent, step) else None
        if parent is None:
            return None
        parent[steps[-1]] = value
        return name

    return change


def drop(name: str, *steps: Step) -> Change:
    """Take a property away from the resource of this logical id, or the resource itself."""

    def change(template: Template) -> str | None:
        parent: Any = template["Resources"]
        for step in (name, *steps)[:-1]:
            parent = parent[step] if _has(parent, step) else None
        if not _has(parent, (name, *steps)[-1]):
            return None
        del parent[(name, *steps)[-1]]
        return name

    return change


def foreign(change: Change) -> Change:
    """Only in templates that gen did not render."""
    return lambda template: None if "Gen" in template.get("Metadata", {}) else change(template)


def production(change: Change) -> Change:
    """Only in templates that gen rendered for production."""

    def only(template: Template) -> str | None:
        gen = template.get("Metadata", {}).get("Gen", {})
        return change(template) if gen.get("Production") else None

    return only


def both(*changes: Change) -> Change:
    """Several changes of one template, all of which must apply."""

    def change(template: Template) -> str | None:
        names = [one(template) for one in changes]
        return None if None in names else names[0]

    return change


def edited(kind: str, edit: Callable[[Any], bool]) -> Change:
    """Let ``edit`` change the first resource of a type that it can; it says whether it did."""

    def change(template: Template) -> str | None:
        for name, resource in template["Resources"].items():
            if resource["Type"] == kind and edit(resource):
                return str(name)
        return None

    return change


def added(kind: str, properties: dict[str, Any]) -> Change:
    """Put one more resource into the template."""

    def change(template: Template) -> str | None:
        template["Resources"]["Added"] = {"Type": kind, "Properties": properties}
        return "Added"

    return change


def _parents(template: Template, kind: str, steps: tuple[Step, ...]) -> list[tuple[str, Any]]:
    """Resource id and the map or list that holds the last step; steps begin at the resource's attributes."""
    found: list[tuple[str, Any]] = []
    for name, resource in template["Resources"].items():
        if resource["Type"] != kind:
            continue
        parent: Any = resource
        for step in steps[:-1]:
            parent = parent[step] if _has(parent, step) else None
        if isinstance(parent, (dict, list)):
            found.append((name, parent))
    return found


def _has(parent: Any, step: Step) -> bool:
    if isinstance(parent, dict):
        return step in parent
    return isinstance(parent, list) and isinstance(step, int) and step < len(parent)
