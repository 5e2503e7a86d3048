"""State machines' definitions, in every form that CloudFormation takes."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from msgspec import Struct

from generator.rules._document import Document, Path, Resource
from generator.rules._values import HOLE

DEPTH = 12


class State(Struct, frozen=True):
    """A state of a machine, and whether a state around it catches its errors.

    ``path`` is its exact place in an object definition, and the text's place in a definition that is a text.
    """

    name: str
    path: Path
    content: dict[str, Any]
    caught_outside: bool


def machines(document: Document) -> Iterator[tuple[Resource, Path, dict[str, Any], bool]]:
    """Machine, place of its definition, the definition, and whether paths lead into it."""
    for machine in document.resources("AWS::StepFunctions::StateMachine"):
        written = machine.properties.raw("Definition")
        if isinstance(written.value, dict):
            yield machine, written.path, written.value, True
            continue
        text = machine.properties.one("DefinitionString")
        parsed = _parsed(text.value)
        if parsed is not None:
            yield machine, machine.properties.raw("DefinitionString").path, parsed, False


def states(document: Document) -> Iterator[State]:
    """Every state of every machine, those inside Parallel and Map included."""
    for _, path, definition, exact in machines(document):
        yield from _inside(definition, path, exact=exact, caught=False, depth=0)


def tasks(document: Document) -> Iterator[State]:
    """States that call something."""
    for state in states(document):
        if state.content.get("Type") == "Task":
            yield state


def definitions(document: Document) -> Iterator[tuple[Path, dict[str, Any]]]:
    """Place and content of every definition that has States, those inside Parallel and Map included."""
    for _, path, definition, exact in machines(document):
        ahead = [(path, definition)]
        while ahead:
            place, content = ahead.pop(0)
            found = content.get("States")
            if not isinstance(found, dict):
                continue
            yield place, content
            for name, state in found.items():
                for step, inner in _parts(state) if isinstance(state, dict) else ():
                    ahead.append(((*place, "States", name, *step) if exact else place, inner))


def _inside(
    definition: dict[str, Any], path: Path, *, exact: bool, caught: bool, depth: int
) -> Iterator[State]:
    found = definition.get("States")
    if not isinstance(found, dict) or depth > DEPTH:
        return
    for name, content in found.items():
        if not isinstance(content, dict):
            continue
        place = (*path, "States", name) if exact else path
        yield State(name=str(name), path=place, content=content, caught_outside=caught)
        around = caught or bool(content.get("Catch"))
        for step, inner in _parts(content):
            inner_path = (*place, *step) if exact else path
            yield from _inside(inner, inner_path, exact=exact, caught=around, depth=depth + 1)


def _parts(content: dict[str, Any]) -> Iterator[tuple[Path, dict[str, Any]]]:
    branches = content.get("Branches")
    for place, branch in enumerate(branches if isinstance(branches, list) else ()):
        if isinstance(branch, dict):
            yield ("Branches", place), branch
    for name in ("Iterator", "ItemProcessor"):
        if isinstance(content.get(name), dict):
            yield (name,), content[name]


def _parsed(text: Any) -> dict[str, Any] | None:
    """A definition in a text; what only a deployment knows stands in it as a word."""
    if not isinstance(text, str):
        return None
    try:
        found = json.loads(text.replace(HOLE, "unknown"))
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None
