"""All wheels of the lock as one tree of modules, as ``sys.path`` would show them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from generator.package import syntax
from generator.package.syntax import Module
from generator.package.wheels import Wheel


@dataclass(frozen=True)
class Shelf:
    """Wheels by canonical name, and what is known of their modules."""

    wheels: Mapping[str, Wheel]
    read: dict[str, Module | SyntaxError | ValueError] = field(default_factory=dict)

    @cached_property
    def owners(self) -> dict[str, tuple[str, ...]]:
        """File → the wheels that bring it, sorted."""
        found: dict[str, tuple[str, ...]] = {}
        for name, wheel in sorted(self.wheels.items()):
            for path in wheel.files:
                found[path] = (*found.get(path, ()), name)
        return found

    @cached_property
    def files(self) -> dict[str, str]:
        """Name of a module → its file. A package comes before a module of the same name, as in Python."""
        found: dict[str, str] = {}
        for path in sorted(self.owners):
            parts = path.removesuffix("/__init__.py").removesuffix(".py").split("/")
            if path.endswith(".py") and all(part.isidentifier() for part in parts):
                name = ".".join(parts)
                if name not in found or path.endswith("/__init__.py"):
                    found[name] = path
        return found

    @cached_property
    def top_level(self) -> frozenset[str]:
        """The names that an import of a library can begin with."""
        return frozenset(name.partition(".")[0] for name in self.files)

    def module(self, name: str) -> Module | SyntaxError | ValueError:
        """The parsed module, or why it is not Python source."""
        if name not in self.read:
            path = self.files[name]
            try:
                self.read[name] = Module(name, path, syntax.parse(self.content(path), path))
            except (SyntaxError, ValueError) as error:
                self.read[name] = error
        return self.read[name]

    def content(self, path: str) -> bytes:
        """The content of a file, from the first wheel that brings it."""
        return self.wheels[self.owners[path][0]].files[path]

    def siblings(self, module: Module) -> list[str]:
        """The modules of the distributions that a module belongs to."""
        mine = set(self.owners.get(module.file, ()))
        return [name for name, path in self.files.items() if mine & set(self.owners[path])]

    def mentioning(self, word: str, module: Module) -> Iterator[Module | SyntaxError | ValueError]:
        """The modules that may use ``word`` of ``module``: of its distribution, and those that import it."""
        mine = set(self.siblings(module))
        top = module.name.partition(".")[0].encode()
        for name, path in self.files.items():
            content = self.content(path)
            if word.encode() in content and (name in mine or top in content):
                yield self.module(name)
