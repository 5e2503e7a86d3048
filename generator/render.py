"""Services → templates → canonical JSON.

Bytes depend on the services and the environment files alone: keys are sorted, two spaces indent, one newline
ends the file. Everything is built before anything is written.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct

from generator import names
from generator.config import Environment, targets
from generator.consistency import problems
from generator.discovery import build_all, told
from generator.errors import ConfigError, UsageError
from generator.stack import Stack


class Rendered(Struct, frozen=True):
    """One template: its stack, its place and its bytes."""

    environment: str
    region: str
    stack: str
    path: Path
    content: bytes


class Selection(Struct, frozen=True):
    """Which templates: empty ``regions`` or ``stacks`` mean all.

    ``whole`` says that ``environments`` are all there are, so that what belongs to others is left over.
    """

    environments: tuple[Environment, ...]
    regions: tuple[str, ...] = ()
    stacks: tuple[str, ...] = ()
    whole: bool = False


def render(selection: Selection, out: Path) -> list[Rendered]:
    """The selected templates, in the order of environment, region and stack.

    All stacks of each environment are built, since they must agree with one another and with the environment.
    Raises UsageError for a region or stack that does not exist, RenderError for a service that cannot be
    built, ConfigError with every disagreement.
    """
    built = [
        (
            environment,
            [(stack, _template(stack)) for target in targets(environment) for stack in build_all(target)],
        )
        for environment in selection.environments
    ]
    wrong = [
        problem
        for environment, stacks in built
        for problem in problems(environment, {_key(stack): template for stack, template in stacks})
    ]
    if wrong:
        raise ConfigError(
            "\n".join(wrong),
            "correct the name where it stands; without sizes of its own a function has its service's, "
            "so remove it if in doubt",
        )
    return [
        _rendered(stack, template, out)
        for environment, stacks in built
        for stack, template in _selected(environment, stacks, selection)
    ]


def _selected(
    environment: Environment, stacks: Sequence[tuple[Stack, Mapping[str, Any]]], selection: Selection
) -> list[tuple[Stack, Mapping[str, Any]]]:
    """Those of the selected regions and names; UsageError for one that does not exist there."""
    regions = {target.region for target in targets(environment, selection.regions)}
    here = [(stack, template) for stack, template in stacks if stack.target.region in regions]
    known = {stack.service for stack, _ in here}
    if missing := [stack for stack in selection.stacks if stack not in known]:
        raise _unknown_stack(missing[0], known, selection.regions)
    return [
        (stack, template)
        for stack, template in here
        if not selection.stacks or stack.service in selection.stacks
    ]


def _key(stack: Stack) -> str:
    return f"{stack.target.region}/{stack.service}"


def _template(stack: Stack) -> dict[str, Any]:
    """The stack's template. Only now troposphere says what a resource lacks."""
    with told(f"stack {stack.service}", stack.target):
        return stack.template()


def canonical(template: Mapping[str, Any]) -> bytes:
    """Canonical JSON: sorted keys, two spaces, UTF-8, one newline at the end."""
    packed = msgspec.json.encode(template, order="sorted")
    return msgspec.json.format(packed, indent=2) + b"\n"


def _rendered(stack: Stack, template: Mapping[str, Any], out: Path) -> Rendered:
    environment, region = stack.target.environment.name, stack.target.region
    with told(f"stack {stack.service}", stack.target):
        content = canonical(template)
    return Rendered(
        environment=environment,
        region=region,
        stack=stack.service,
        path=names.template_path(out, environment, region, stack.service),
        content=content,
    )


def _unknown_stack(name: str, known: Iterable[str], regions: Sequence[str]) -> UsageError:
    from difflib import get_close_matches

    near = get_close_matches(name, sorted(known), n=1)
    where = f" in {', '.join(regions)}" if regions else ""
    return UsageError(
        f"stack '{name}' does not exist{where}; known: {', '.join(sorted(known))}",
        f"did you mean '{near[0]}'?" if near else "choose one of these, or add generator/services/<name>.py",
    )
