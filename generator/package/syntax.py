"""What the source text of a module imports. Nothing is run.

Imports count wherever they stand, also inside functions; those under ``if TYPE_CHECKING`` do not.
"""

from __future__ import annotations

import ast
import warnings
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property


@dataclass(frozen=True)
class Import:
    """``import name`` or ``from name import attributes`` at ``place`` (file:line).

    ``certain``: it runs whenever the module does, and its failure is not caught.
    """

    name: str
    attributes: tuple[str, ...]
    place: str
    certain: bool = True


@dataclass(frozen=True)
class Beyond:
    """A relative import that leaves the outermost package."""

    place: str


@dataclass(frozen=True, eq=False)
class Module:
    """A parsed module. ``file`` is its path in the zip, with slashes."""

    name: str
    file: str
    tree: ast.Module

    @property
    def is_package(self) -> bool:
        """Whether it is the ``__init__.py`` of a package."""
        return self.file.endswith("__init__.py")

    @property
    def package(self) -> str:
        """The value of its ``__package__``."""
        return self.name if self.is_package else self.name.rpartition(".")[0]

    def place(self, node: ast.AST) -> str:
        """``file:line``."""
        return f"{self.file}:{getattr(node, 'lineno', 1)}"

    @cached_property
    def nodes(self) -> tuple[tuple[ast.AST, bool], ...]:
        """Every node that runs, in the order of the text, and whether it runs for certain."""
        return tuple(_run_nodes(self.tree))

    @cached_property
    def imports(self) -> tuple[Import | Beyond, ...]:
        """Every import statement, with absolute names."""
        found: list[Import | Beyond] = []
        for node, certain in self.nodes:
            at = self.place(node)
            if isinstance(node, ast.Import):
                found += [Import(alias.name, (), at, certain) for alias in node.names]
            elif isinstance(node, ast.ImportFrom):
                name = self.absolute(node.module or "", node.level)
                names = tuple(alias.name for alias in node.names)
                found.append(Beyond(at) if name is None else Import(name, names, at, certain))
        return tuple(found)

    @cached_property
    def bound_imports(self) -> dict[str, set[tuple[str, str]]]:
        """Local name → what imports bind it to: (module, attribute), the attribute '' for a whole module."""
        found: dict[str, set[tuple[str, str]]] = {}
        for node, _ in self.nodes:
            if isinstance(node, ast.Import):
                for alias in node.names:
                    local = alias.asname or alias.name.partition(".")[0]
                    found.setdefault(local, set()).add((alias.name if alias.asname else local, ""))
            elif isinstance(node, ast.ImportFrom):
                name = self.absolute(node.module or "", node.level)
                for alias in node.names if name else ():
                    found.setdefault(alias.asname or alias.name, set()).add((name or "", alias.name))
        return found

    def absolute(self, name: str, level: int) -> str | None:
        """The full name of ``name`` behind ``level`` dots; None beyond the outermost package."""
        if not level:
            return name
        around = self.package.split(".") if self.package else []
        keep = len(around) - (level - 1)
        return None if keep < 1 else ".".join([*around[:keep], *([name] if name else [])])


def parse(content: bytes, file: str) -> ast.Module:
    """The syntax tree of a module. Raises SyntaxError or ValueError."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # invalid escapes in code that is not ours to mend
        return ast.parse(content, filename=file)


def called(node: ast.Call) -> str:
    """The last name of what is called: ``f`` for ``f()`` and for ``a.b.f()``."""
    return last_name(node.func)


def last_name(node: ast.AST) -> str:
    """``f`` for the expressions ``f`` and ``a.b.f``, else ''."""
    return node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""


def _run_nodes(tree: ast.Module) -> Iterator[tuple[ast.AST, bool]]:
    """All nodes but those that only a type checker sees. With a stack: generated code nests deeply."""
    stack: list[tuple[ast.AST, bool]] = [(tree, True)]
    while stack:
        node, certain = stack.pop()
        yield node, certain
        inside = certain and isinstance(node, ast.Module | ast.ClassDef)
        stack += [(child, inside) for child in reversed(list(_children(node)))]


def _children(node: ast.AST) -> Iterable[ast.AST]:
    checked = _type_checking(node.test) if isinstance(node, ast.If) else None
    if not isinstance(node, ast.If) or checked is None:
        return ast.iter_child_nodes(node)
    return node.orelse if checked else node.body


def _type_checking(test: ast.expr) -> bool | None:
    """True for ``TYPE_CHECKING``, False for ``not TYPE_CHECKING``, None for any other condition."""
    if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        inner = _type_checking(test.operand)
        return None if inner is None else not inner
    return True if last_name(test) == "TYPE_CHECKING" else None
