"""Services → templates → canonical JSON → files.

Bytes depend on the services and the environment files alone: keys are sorted, two spaces indent, one newline
ends the file. Everything is built before anything is written, and each file is replaced in one step.
"""

from __future__ import annotations

import importlib
import os
import tempfile
import traceback
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

import msgspec

from generator import names, paths
from generator.config import Environment, Target, targets
from generator.errors import ConfigError, GenError, RenderError, UsageError
from generator.stack import Stack


class State(StrEnum):
    """What a file was, or would be, after rendering."""

    WRITTEN = "written"
    UNCHANGED = "unchanged"
    REMOVED = "removed"


@dataclass(frozen=True)
class Rendered:
    """One template: its stack, its place and its bytes."""

    environment: str
    region: str
    stack: str
    path: Path
    content: bytes


@dataclass(frozen=True)
class Change:
    """What happened to one file. ``before`` and ``after`` are empty where there was, or is, none."""

    path: Path
    state: State
    before: bytes
    after: bytes


@dataclass(frozen=True)
class Selection:
    """Which templates: empty ``regions`` or ``stacks`` mean all."""

    environments: tuple[Environment, ...]
    regions: tuple[str, ...] = ()
    stacks: tuple[str, ...] = ()


def render(selection: Selection, out: Path) -> list[Rendered]:
    """The selected templates, in the order of environment, region and stack.

    Raises UsageError for a region or stack that does not exist, RenderError for a service that cannot be
    built, ConfigError for settings of a function that no service has.
    """
    rendered: list[Rendered] = []
    known: set[str] = set()
    for environment in selection.environments:
        stacks = [stack for target in targets(environment, selection.regions) for stack in build_all(target)]
        known |= {stack.service for stack in stacks}
        templates = [(stack, _template(stack)) for stack in stacks if _wanted(stack, selection)]
        if not selection.regions and not selection.stacks:
            check_sizes(environment, templates)
        rendered += [_rendered(stack, template, out) for stack, template in templates]
    if missing := [stack for stack in selection.stacks if stack not in known]:
        raise _unknown_stack(missing[0], known, selection.regions)
    return rendered


def build_all(target: Target) -> list[Stack]:
    """Every service's stack for a target, in alphabetical order; two of one name are refused."""
    found: dict[str, Stack] = {}
    for module in service_modules():
        stack = _build(module, target)
        if stack is None:
            continue
        if stack.service in found:
            raise RenderError(
                f"two services make a stack called '{stack.service}'; the second is {module}",
                "give one of them another name in its Stack(…)",
            )
        found[stack.service] = stack
    return [found[name] for name in sorted(found)]


def sources(environment: Environment, region: str, stack: str) -> Mapping[str, str]:
    """Logical id → file and line of the service that makes it, ``generator/services/items.py:63``.

    For explanations, so it never fails: a service that cannot be built now, or a region that the environment
    has given up, gives nothing.
    """
    target = Target(environment=environment, region=region)
    for module in service_modules():
        try:
            built = _build(module, target)
        except GenError:
            continue
        if built is not None and built.service == stack:
            return built.sources()
    return {}


def service_modules() -> list[str]:
    """Modules under generator/services, sorted.

    Names that begin with '_' are helpers of a service, and with '.' what editors leave.
    """
    files = sorted(paths.SERVICES.glob("*.py")) + sorted(paths.SERVICES.glob("*/*.py"))
    modules = [file.relative_to(paths.PACKAGE.parent).with_suffix("").parts for file in files]
    return sorted(
        ".".join(parts) for parts in modules if not any(part.startswith(("_", ".")) for part in parts)
    )


def _build(module: str, target: Target) -> Stack | None:
    """Call a service's ``build``."""
    with _told(module, target):
        stack = importlib.import_module(module).build(target)
    if stack is not None and not isinstance(stack, Stack):
        raise RenderError(
            f"build() of {module} returned {type(stack).__name__}", "return a Stack, or None for no stack"
        )
    return stack


def _template(stack: Stack) -> dict[str, Any]:
    """The stack's template. Only now troposphere says what a resource lacks."""
    with _told(f"stack {stack.service}", stack.target):
        return stack.template()


@contextmanager
def _told(what: str, target: Target) -> Iterator[None]:
    """What goes wrong in a service is a RenderError with file and line, or ``what`` without one."""
    try:
        yield
    except GenError:
        raise
    except Exception as problem:
        raise RenderError(
            f"{_place(problem) or what}: {type(problem).__name__}: {problem}",
            f"correct the service; it was being built for {target.environment.name} in {target.region}",
        ) from problem


def _place(problem: Exception) -> str:
    """File and line in the services that led to ``problem``; "" where none did."""
    lines = [(frame.filename, frame.lineno) for frame in traceback.extract_tb(problem.__traceback__)]
    if isinstance(problem, SyntaxError):
        lines.append((problem.filename or "", problem.lineno))
    own = [(file, line) for file, line in lines if Path(file).is_relative_to(paths.SERVICES)]
    return f"{Path(own[-1][0]).relative_to(paths.PACKAGE.parent).as_posix()}:{own[-1][1]}" if own else ""


def check_sizes(environment: Environment, templates: Sequence[tuple[Stack, Mapping[str, Any]]]) -> None:
    """ConfigError when the environment sizes an API or a worker that no stack has, most often misspelt."""
    apis = {
        stack.service
        for stack, template in templates
        if any(one["Type"] == "AWS::ApiGateway::RestApi" for one in template["Resources"].values())
    }
    workers = {
        f"{stack.service}-{names.kebab(function)}"
        for stack, template in templates
        for function in _started_by_events(template)
    }
    problems = [
        f"environment '{environment.name}': {section}.{key}: no such function; known: "
        f"{', '.join(sorted(known)) or 'none'}"
        for section, given, known in (
            ("apis", environment.apis, apis),
            ("workers", environment.workers, workers),
        )
        for key in sorted(set(given) - known)
    ]
    if problems:
        raise ConfigError("\n".join(problems), "correct the key, or remove it to use the service's own sizes")


def _started_by_events(template: Mapping[str, Any]) -> set[str]:
    """Functions of a template by their id in the service, without those behind an API."""
    behind = {
        one["Properties"]["FunctionName"]["Ref"].removesuffix("Alias")
        for one in template["Resources"].values()
        if one["Type"] == "AWS::Lambda::Permission"
        and one["Properties"]["Principal"] == "apigateway.amazonaws.com"
    }
    keys = template["Metadata"]["Gen"]["Artifacts"]
    return {key.removesuffix("CodeKey") for key in keys} - behind


def canonical(template: Mapping[str, Any]) -> bytes:
    """Canonical JSON: sorted keys, two spaces, UTF-8, one newline at the end."""
    packed = msgspec.json.encode(template, order="sorted")
    return msgspec.json.format(packed, indent=2) + b"\n"


def _rendered(stack: Stack, template: Mapping[str, Any], out: Path) -> Rendered:
    environment, region = stack.target.environment.name, stack.target.region
    with _told(f"stack {stack.service}", stack.target):
        content = canonical(template)
    return Rendered(
        environment=environment,
        region=region,
        stack=stack.service,
        path=names.template_path(out, environment, region, stack.service),
        content=content,
    )


def _wanted(stack: Stack, selection: Selection) -> bool:
    return not selection.stacks or stack.service in selection.stacks


def _unknown_stack(name: str, known: Iterable[str], regions: Sequence[str]) -> UsageError:
    from difflib import get_close_matches

    near = get_close_matches(name, sorted(known), n=1)
    where = f" in {', '.join(regions)}" if regions else ""
    return UsageError(
        f"stack '{name}' does not exist{where}; known: {', '.join(sorted(known))}",
        f"did you mean '{near[0]}'?" if near else "choose one of these, or add generator/services/<name>.py",
    )


def compare(rendered: Sequence[Rendered], selection: Selection, out: Path) -> Iterator[Change]:
    """How each rendered file differs from what is on disk, and which files no service makes any more.

    Only a whole region's files can be judged superfluous, so none are when stacks were selected.
    """
    for one in rendered:
        before = _read(one.path)
        state = State.UNCHANGED if before == one.content else State.WRITTEN
        yield Change(path=one.path, state=state, before=before, after=one.content)
    for path in _superfluous(rendered, selection, out):
        yield Change(path=path, state=State.REMOVED, before=_read(path), after=b"")


def _superfluous(rendered: Sequence[Rendered], selection: Selection, out: Path) -> list[Path]:
    if selection.stacks:
        return []
    made = {one.path for one in rendered}
    folders = [
        folder
        for environment in selection.environments
        for folder in _folders(out / environment.name)
        if not selection.regions or folder.name in selection.regions
    ]
    return sorted(path for folder in folders for path in folder.glob("*.json") if path not in made)


def _folders(folder: Path) -> list[Path]:
    """Region folders of an environment; those of a region that was given up are among them."""
    return sorted(path for path in folder.glob("*") if path.is_dir())


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return b""
    except OSError as problem:
        raise RenderError(f"cannot read {path}: {problem.strerror}", "make it a readable file") from problem


def apply(change: Change) -> None:
    """Make one change on disk: a file is replaced in one step, or removed with the folder it leaves empty."""
    try:
        if change.state is State.WRITTEN:
            change.path.parent.mkdir(parents=True, exist_ok=True)
            _replace(change.path, change.after)
        elif change.state is State.REMOVED:
            change.path.unlink()
            if not any(change.path.parent.iterdir()):
                change.path.parent.rmdir()
    except OSError as problem:
        raise RenderError(
            f"cannot write {change.path}: {problem.strerror}",
            "check that the folder is writable and has space; nothing else was lost, run the command again",
        ) from problem


def _replace(path: Path, content: bytes) -> None:
    """Write beside the file, then rename: whoever reads sees the old bytes or the new ones."""
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        Path(temporary).chmod(0o644)
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def unified_diff(change: Change, name: str) -> str:
    """The difference as ``diff -u`` shows it, a/ before and b/ after."""
    import difflib

    before, after = (text.decode("utf-8", "replace").splitlines() for text in (change.before, change.after))
    if not change.before.endswith(b"\n"):
        before[-1:] = [f"{line}\n\\ No newline at end of file" for line in before[-1:]]
    return "\n".join(difflib.unified_diff(before, after, f"a/{name}", f"b/{name}", lineterm=""))
