"""Which modules of ``handlers`` a function imports, and what from elsewhere. Nothing is run."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from generator.errors import PackageError
from generator.package import syntax
from generator.package.syntax import Beyond, Import, Module, called

PACKAGE = "handlers"
IMPORT_CALLS = frozenset({"import_module", "__import__"})


@dataclass(frozen=True)
class Closure:
    """``modules``: name → module of ``handlers``; ``outside``: every import of something else."""

    modules: dict[str, Module]
    outside: tuple[Import, ...]


def closure(module: str, source: Path) -> Closure:
    """All that ``module`` of ``source``/handlers reaches.

    Raises PackageError with file and line for a module that is not there, a syntax error, and an import
    whose name is computed.
    """
    walk = _Walk(source)
    walk.include(module, f"handler {module}")
    return Closure(modules=dict(sorted(walk.modules.items())), outside=tuple(walk.outside))


def parse(path: Path, source: Path) -> ast.Module:
    """The syntax tree of ``path``; PackageError with file and line when it is not Python."""
    try:
        return syntax.parse(path.read_bytes(), str(path))
    except SyntaxError as error:
        raise PackageError(
            f"{relative(path, source)}:{error.lineno}: syntax error: {error.msg}", "correct the file"
        ) from None
    except ValueError as error:
        raise PackageError(
            f"{relative(path, source)}: not Python source: {error}", "correct the file"
        ) from None


def file_of(module: str, source: Path) -> Path | None:
    """The file of a module or package; the folder itself for a package without ``__init__.py``."""
    folder = source.joinpath(*module.split("."))
    init, single = folder / "__init__.py", folder.with_name(f"{folder.name}.py")
    return next((path for path in (init, single) if path.is_file()), folder if folder.is_dir() else None)


def relative(path: Path, source: Path) -> str:
    """``handlers/items/api.py``, the same on every machine: how messages and zips name a file."""
    return path.relative_to(source).as_posix()


@dataclass(frozen=True)
class _Walk:
    """Depth-first over modules; fills ``modules`` and ``outside``."""

    source: Path
    modules: dict[str, Module] = field(default_factory=dict)
    outside: list[Import] = field(default_factory=list)
    seen: set[str] = field(default_factory=set)

    def include(self, module: str, wanted_by: str) -> None:
        """Add ``module``, the packages around it, and all that they import."""
        parts = module.split(".")
        for depth in range(1, len(parts) + 1):
            self._include_one(".".join(parts[:depth]), wanted_by)

    def _include_one(self, name: str, wanted_by: str) -> None:
        if name in self.seen:
            return
        self.seen.add(name)
        path = file_of(name, self.source)
        if path is None:
            raise PackageError(
                f"{wanted_by}: there is no module {name} in {PACKAGE}/",
                f"create {name.replace('.', '/')}.py, or correct the import",
            )
        if path.is_dir():
            return
        module = Module(name, relative(path, self.source), parse(path, self.source))
        self.modules[name] = module
        for item in (*module.imports, *_literal_calls(module)):
            self._follow(item)

    def _follow(self, item: Import | Beyond) -> None:
        if isinstance(item, Beyond):
            raise PackageError(
                f"{item.place}: relative import beyond the package {PACKAGE}",
                f"import from {PACKAGE}. by its full name",
            )
        if item.name.partition(".")[0] != PACKAGE:
            self.outside.append(item)
            return
        self.include(item.name, item.place)
        for name in self._submodules(item):
            self.include(f"{item.name}.{name}", item.place)

    def _submodules(self, item: Import) -> Iterator[str]:
        """The imported attributes that are modules. ``*`` may mean every one of them (``__all__``)."""
        for name in item.attributes:
            if name != "*":
                if file_of(f"{item.name}.{name}", self.source):
                    yield name
                continue
            folder = self.source.joinpath(*item.name.split("."))
            yield from sorted(path.stem for path in folder.glob("*.py") if path.stem != "__init__")


def _literal_calls(module: Module) -> Iterator[Import]:
    """``import_module("name")`` and its like; PackageError for any name that is not a literal."""
    for node, certain in module.nodes:
        if isinstance(node, ast.Call) and called(node) in IMPORT_CALLS:
            yield Import(_literal(node, module.place(node)), (), module.place(node), certain)


def _literal(node: ast.Call, at: str) -> str:
    first = node.args[0] if len(node.args) == 1 and not node.keywords else None
    if isinstance(first, ast.Constant) and isinstance(first.value, str) and not first.value.startswith("."):
        return first.value
    raise PackageError(
        f"{at}: an import with a computed name cannot be followed, so its module would be missing in Lambda",
        "import the module with an import statement",
    )
