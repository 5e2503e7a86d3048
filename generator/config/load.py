"""Environment files → environments, or every problem of every file at once."""

import errno
import os
import stat
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Final

import msgspec

from generator.config.model import Environment, Target
from generator.config.problems import LARGEST_FILE, Problem, line_of, nearest, shown, shown_path
from generator.errors import ConfigError, UsageError

if TYPE_CHECKING:
    from generator.config.document import Document

ENVIRONMENTS: Final = Path(__file__).parent.parent / "environments"
_FIX: Final = "correct these lines; docs/environments.md describes every key"


def load_environments(directory: Path = ENVIRONMENTS) -> dict[str, Environment]:
    """Every ``*.yml`` and ``*.yaml`` of ``directory``, by name in alphabetical order.

    Raises ConfigError with one line ``file:line: key.path: problem; allowed: …`` for each problem, sorted by
    file and line.
    """
    environments: dict[str, Environment] = {}
    lines: list[str] = []
    files: dict[str, Path] = {}
    for file in _files(directory):
        if file.stem in files:
            twice = f"environment '{file.stem}' is in {files[file.stem].name} too; allowed: one file for each"
            lines.append(line_of(shown_path(file), Problem(line=0, path=(), text=twice)))
            continue
        files[file.stem] = file
        result = _environment(file)
        if isinstance(result, Environment):
            environments[result.name] = result
        else:
            lines += [line_of(shown_path(file), problem) for problem in result]
    if lines:
        raise ConfigError("\n".join(lines), _FIX)
    return environments


def select(environments: Mapping[str, Environment], name: str) -> Environment:
    """The environment called ``name``; UsageError names the known ones."""
    if name in environments:
        return environments[name]
    known = sorted(environments)
    raise UsageError(
        f"environment {shown(name)} does not exist; known: {', '.join(known) or 'none'}",
        nearest(name, known) or "choose one of these, or add a file for it",
    )


def targets(environment: Environment, regions: Iterable[str] = ()) -> tuple[Target, ...]:
    """A Target for each of ``regions`` (none: all), in the order of the file.

    Raises UsageError for a region that the environment does not have.
    """
    wanted = tuple(regions)
    for region in wanted:
        if region not in environment.regions:
            known: list[str] = [*environment.regions]
            raise UsageError(
                f"environment '{environment.name}' has no region {shown(region)}; known: {', '.join(known)}",
                nearest(region, known) or f"choose one of these, or add it to {environment.name}.yml",
            )
    return tuple(
        Target(environment=environment, region=region)
        for region in environment.regions
        if not wanted or region in wanted
    )


def _files(directory: Path) -> list[Path]:
    """Environment files by name, without hidden ones (editors leave them), as a shell's ``*.yml`` has it."""
    try:
        names = sorted(os.listdir(directory))  # noqa: PTH208 - Path.iterdir builds paths for nothing
    except OSError as error:
        raise ConfigError(
            f"{shown_path(directory)}: the directory cannot be read ({error.strerror})",
            "it has to be a folder of environment files that can be read; --config names another one",
        ) from None
    files = [directory / n for n in names if n.lower().endswith((".yml", ".yaml")) and not n.startswith(".")]
    if not files:
        raise ConfigError(
            f"{shown_path(directory)}: no environment file; allowed: one or more <name>.yml",
            "add an environment file; docs/environments.md shows how",
        )
    return files


def _environment(file: Path) -> Environment | list[Problem]:
    from generator.config.document import parse  # PyYAML is slow to start, and Target has no use for it
    from generator.config.rules import broken_rules

    try:
        data = _read(file)
    except OSError as error:
        return [Problem(line=0, path=(), text=f"the file cannot be read ({error.strerror})")]
    document = parse(data)
    if not document.problems:
        try:
            environment = msgspec.convert({**document.values, "name": file.stem}, Environment, strict=True)
        except (msgspec.ValidationError, UnicodeEncodeError):  # the latter: a file's name that is no UTF-8
            pass
        else:
            if "name" not in document.values and not any(broken_rules(environment)):
                return environment
    return _problems(file.stem, document)


def _problems(stem: str, document: "Document") -> list[Problem]:
    """What is wrong in a file that did not load."""
    from generator.config.diagnose import diagnose  # only a mistake pays for the search of all the others

    found = diagnose(stem, document)
    if not found:
        raise AssertionError(f"msgspec refuses {stem}.yml and nothing wrong was found")
    return found


def _read(file: Path) -> bytes:
    """At most one byte more than an environment file may have."""
    if not stat.S_ISREG(file.stat().st_mode):  # reading a pipe would wait for ever
        raise OSError(errno.EINVAL, "not a regular file")
    with file.open("rb") as stream:
        return stream.read(LARGEST_FILE + 1)
