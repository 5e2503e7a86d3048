"""Finds the services and builds their stacks. What goes wrong in a service is told with file and line."""

from __future__ import annotations

import importlib
import traceback
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from generator import paths
from generator.config import Environment, Target
from generator.errors import GenError, RenderError
from generator.stack import Stack


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
    with told(module, target):
        stack = importlib.import_module(module).build(target)
    if stack is not None and not isinstance(stack, Stack):
        raise RenderError(
            f"build() of {module} returned {type(stack).__name__}", "return a Stack, or None for no stack"
        )
    return stack


@contextmanager
def told(what: str, target: Target) -> Iterator[None]:
    """What goes wrong in a service is a RenderError with file and line, or ``what`` without one."""
    try:
        yield
    except GenError:
        raise
    except (Exception, SystemExit) as problem:
        raise RenderError(
            f"{_place(problem) or what}: {type(problem).__name__}: {problem}",
            f"correct the service; it was being built for {target.environment.name} in {target.region}",
        ) from problem


def _place(problem: BaseException) -> str:
    """File and line in the services that led to ``problem``; "" where none did."""
    lines = [(frame.filename, frame.lineno) for frame in traceback.extract_tb(problem.__traceback__)]
    if isinstance(problem, SyntaxError):
        lines.append((problem.filename or "", problem.lineno))
    own = [(file, line) for file, line in lines if Path(file).is_relative_to(paths.SERVICES)]
    return f"{Path(own[-1][0]).relative_to(paths.PACKAGE.parent).as_posix()}:{own[-1][1]}" if own else ""
