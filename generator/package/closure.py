"""Which modules of ``handlers`` a function imports, and which top-level names from elsewhere. Nothing is run.

Imports count wherever they stand, also inside functions; those under ``if TYPE_CHECKING`` do not.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from generator.errors import PackageError

PACKAGE = "handlers"
IMPORT_CALLS = frozenset({"import_module", "__import__"})


@dataclass(frozen=True)
class Closure:
    """``modules``: name → file; ``outside``: top-level name → the first place that imports it (file:line)."""

    modules: dict[str, Path]
    outside: dict[str, str]


@dataclass(frozen=True)
class Import:
    """``import name`` or ``from name import attributes`` at ``place`` (file:line)."""

    name: str
    attributes: tuple[str, ...]
    place: str


def closure(module: str, source: Path) -> Closure:
    """All that ``module`` of ``source``/handlers reaches.

    Raises PackageError with file and line for a module that is not there, a syntax error, and an import
    whose name is computed.
    """
    found = Closure(modules={}, outside={})
    _Walk(source, found).include(module, f"handler {module}")
    return Closure(modules=dict(sorted(found.modules.items())), outside=dict(sorted(found.outside.items())))


def parse(path: Path, source: Path) -> ast.Module:
    """The syntax tree of ``path``; PackageError with file and line when it is not Python."""
    try:
        return ast.parse(path.read_bytes(), filename=str(path))
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
    """Depth-first over modules; ``found`` is what it fills."""

    source: Path
    found: Closure
    seen: set[str] = field(default_factory=set)

    def include(self, module: str, wanted_by: str) -> None:
        """Add ``module``, the packages around it, and all that they import."""
        parts = module.split(".")
        for depth in range(1, len(parts) + 1):
            self._include_one(".".join(parts[:depth]), wanted_by)

    def _include_one(self, module: str, wanted_by: str) -> None:
        if module in self.seen:
            return
        self.seen.add(module)
        path = file_of(module, self.source)
        if path is None:
            raise PackageError(
                f"{wanted_by}: there is no module {module} in {PACKAGE}/",
                f"create {module.replace('.', '/')}.py, or correct the import",
            )
        if path.is_dir():
            return
        self.found.modules[module] = path
        for item in _imports(parse(path, self.source), module, path, self.source):
            self._follow(item)

    def _follow(self, item: Import) -> None:
        top = item.name.partition(".")[0]
        if top != PACKAGE:
            self.found.outside.setdefault(top, item.place)
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


def _imports(tree: ast.Module, module: str, path: Path, source: Path) -> Iterator[Import]:
    """Every import in the source text of ``module``, with absolute names."""
    for node in _run_nodes(tree):
        at = f"{relative(path, source)}:{getattr(node, 'lineno', 1)}"
        if isinstance(node, ast.Import):
            yield from (Import(alias.name, (), at) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            name = _absolute(node, module, is_package=path.name == "__init__.py", at=at)
            yield Import(name, tuple(alias.name for alias in node.names), at)
        elif isinstance(node, ast.Call) and _called(node) in IMPORT_CALLS:
            yield Import(_literal(node, at), (), at)


def _run_nodes(node: ast.AST) -> Iterator[ast.AST]:
    """All nodes below ``node`` but those that only a type checker sees."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.If) and (checked := _type_checking(child.test)) is not None:
            for statement in child.orelse if checked else child.body:
                yield statement
                yield from _run_nodes(statement)
        else:
            yield child
            yield from _run_nodes(child)


def _type_checking(test: ast.expr) -> bool | None:
    """True for ``TYPE_CHECKING``, False for ``not TYPE_CHECKING``, None for any other condition."""
    if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        inner = _type_checking(test.operand)
        return None if inner is None else not inner
    name = test.id if isinstance(test, ast.Name) else test.attr if isinstance(test, ast.Attribute) else ""
    return True if name == "TYPE_CHECKING" else None


def _absolute(node: ast.ImportFrom, module: str, *, is_package: bool, at: str) -> str:
    if not node.level:
        return node.module or ""
    around = module.split(".") if is_package else module.split(".")[:-1]
    keep = len(around) - (node.level - 1)
    if keep < 1:
        raise PackageError(
            f"{at}: relative import beyond the package {PACKAGE}", f"import from {PACKAGE}. by its full name"
        )
    return ".".join([*around[:keep], *([node.module] if node.module else [])])


def _called(node: ast.Call) -> str:
    name = node.func
    return name.id if isinstance(name, ast.Name) else name.attr if isinstance(name, ast.Attribute) else ""


def _literal(node: ast.Call, at: str) -> str:
    first = node.args[0] if len(node.args) == 1 and not node.keywords else None
    if isinstance(first, ast.Constant) and isinstance(first.value, str) and not first.value.startswith("."):
        return first.value
    raise PackageError(
        f"{at}: an import with a computed name cannot be followed, so its module would be missing in Lambda",
        "import the module with an import statement",
    )
