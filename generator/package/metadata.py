"""What of a wheel's ``.dist-info`` goes along, and what modules look up there with importlib.metadata."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from configparser import ConfigParser
from configparser import Error as ConfigError
from dataclasses import dataclass

from packaging.utils import canonicalize_name

from generator.package.syntax import Beyond, Module, called
from generator.package.values import Values
from generator.package.wheels import Wheel

LIBRARIES = frozenset({"importlib.metadata", "importlib_metadata"})
BY_NAME = frozenset({"distribution", "files", "metadata", "requires", "version"})
WHOLE = frozenset({"distributions", "entry_points", "files", "packages_distributions"})
# They start programs, which a function does not have.
SCRIPTS = frozenset({"console_scripts", "gui_scripts"})
LICENCES = ("AUTHORS", "COPYING", "LICENCE", "LICENSE", "NOTICE")


@dataclass(frozen=True)
class Lookups:
    """``names``: the distributions whose metadata is read, None for any; ``whole``: more than METADATA is."""

    names: frozenset[str] | None = frozenset()
    entry_points: bool = False
    whole: bool = False

    def __or__(self, other: Lookups) -> Lookups:
        """Both."""
        names = None if self.names is None or other.names is None else self.names | other.names
        return Lookups(names, self.entry_points or other.entry_points, self.whole or other.whole)


def lookups(module: Module, values: Values) -> Lookups:
    """What ``module`` asks of importlib.metadata."""
    found = Lookups()
    if not _uses_metadata(module):
        return found
    aliases = {
        local: attribute
        for local, bound in module.bound_imports.items()
        for name, attribute in bound
        if name in LIBRARIES
    }
    for node, _ in module.nodes:
        if isinstance(node, ast.Call):
            name = aliases.get(called(node), called(node))
            if name in WHOLE:
                found |= Lookups(entry_points=name == "entry_points", whole=True)
            if name in BY_NAME:
                found |= Lookups(names=_distributions(node, module, values))
    return found


def kept(wheel: Wheel, *, whole: bool) -> Iterator[str]:
    """The files of the ``.dist-info``: METADATA and licences, or all of them where they are read."""
    for name in wheel.files:
        folder, _, inner = name.partition("/")
        if folder.endswith(".dist-info"):
            licence = inner.startswith("licenses/") or inner.upper().startswith(LICENCES)
            if whole or licence or inner == "METADATA":
                yield name


def entry_points(wheels: Iterable[Wheel]) -> Iterator[tuple[str, str]]:
    """The file that names each entry point of ``wheels``, scripts left out, and the entry point's module."""
    for wheel in wheels:
        for name, content in wheel.files.items():
            if not name.endswith(".dist-info/entry_points.txt"):
                continue
            parser = ConfigParser(delimiters=("=",), interpolation=None, strict=False)
            try:
                parser.read_string(content.decode())
            except (ConfigError, UnicodeDecodeError):
                continue  # importlib.metadata cannot read it either
            for group in sorted(set(parser.sections()) - SCRIPTS):
                for value in parser[group].values():
                    yield name, value.partition(":")[0].partition("[")[0].strip()


def _uses_metadata(module: Module) -> bool:
    return any(
        item.name in LIBRARIES or (item.name == "importlib" and "metadata" in item.attributes)
        for item in module.imports
        if not isinstance(item, Beyond)
    )


def _distributions(node: ast.Call, module: Module, values: Values) -> frozenset[str] | None:
    first = node.args[0] if node.args else next((word.value for word in node.keywords), None)
    texts = values.of(first, module) if first is not None else frozenset()
    if any(not text.whole for text in texts):
        return None
    return frozenset(canonicalize_name(text.value) for text in texts)
