"""Imports whose names a module of a library works out while it runs."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from generator.package.runtime import STANDARD_LIBRARY
from generator.package.syntax import Module, called, last_name
from generator.package.values import ANYTHING, Text, Texts, Values

# By the first argument: importlib, importlib.util, pkgutil and runpy, "The Python Standard Library".
BY_NAME = frozenset({"__import__", "find_spec", "import_module", "resolve_name", "run_module"})
BY_FOLDER = frozenset({"iter_modules", "walk_packages"})
BY_FILE = frozenset({"SourceFileLoader", "run_path", "spec_from_file_location"})
FUNCTIONS = BY_NAME | BY_FOLDER | BY_FILE


def computed(module: Module, values: Values) -> Iterator[tuple[str, Text]]:
    """The place of each such import and a name that it can have: whole, or only its beginning.

    An empty beginning means that nothing is known.
    """
    aliases = {
        local: attribute
        for local, bound in module.bound_imports.items()
        for _, attribute in bound
        if attribute in FUNCTIONS
    }
    functions: set[int] = set()
    for node, _ in module.nodes:
        if isinstance(node, ast.Call):
            name = aliases.get(called(node), called(node))
            functions.add(id(node.func))
            if name in FUNCTIONS:
                yield from ((module.place(node), text) for text in _names(name, node, module, values))
        elif id(node) not in functions and (last_name(node) in FUNCTIONS or last_name(node) in aliases):
            # Handed on as a value: whoever calls it, nobody here knows with what.
            yield module.place(node), Text("", whole=False)
    yield from _lazy_attributes(module)


def _names(function: str, node: ast.Call, module: Module, values: Values) -> Texts:
    if function in BY_FILE:
        return ANYTHING
    words = {word.arg: word.value for word in node.keywords}
    first = node.args[0] if node.args else words.get("name", words.get("mod_name"))
    if function in BY_FOLDER:
        path = first or words.get("path")
        own = path is not None and last_name(path) == "__path__"
        return frozenset({Text(f"{module.package}.", whole=False)}) if own else ANYTHING
    if first is None or isinstance(first, ast.Starred) or None in words:
        return ANYTHING
    names = values.of(first, module)
    if function == "__import__":
        return _old_import(names, node, module, values)
    anchor = node.args[1] if len(node.args) > 1 else words.get("package")
    anchors = values.of(anchor, module) if anchor is not None and function != "run_module" else ANYTHING
    return frozenset(_absolute(name, around) for name in names for around in anchors or ANYTHING)


def _absolute(name: Text, package: Text) -> Text:
    """A name as ``import_module(name, package)`` reads it. ``pkgutil`` writes an attribute behind a colon."""
    bare = name.value.lstrip(".")
    level = len(name.value) - len(bare)
    if not level:
        return Text(name.value.partition(":")[0], name.whole)
    around = package.value.split(".")
    keep = len(around) - (level - 1)
    if not package.whole or keep < 1:
        return Text("", whole=False)
    return Text(".".join([*around[:keep], bare]), name.whole)


def _old_import(names: Texts, node: ast.Call, module: Module, values: Values) -> Texts:
    """``__import__(name, globals, locals, fromlist, level)``."""
    words = {word.arg: word.value for word in node.keywords}
    fromlist = node.args[3] if len(node.args) > 3 else words.get("fromlist")
    level = node.args[4] if len(node.args) > 4 else words.get("level")
    if level is not None:
        depth = level.value if isinstance(level, ast.Constant) and isinstance(level.value, int) else -1
        if depth < 0:
            return ANYTHING
        package = Text(module.package, whole=True)
        names = frozenset(_absolute(Text("." * depth + one.value, one.whole), package) for one in names)
    asked = values.of(fromlist, module) if fromlist is not None else frozenset()
    inside = {Text(f"{one.value}.{two.value}", two.whole) for one in names if one.whole for two in asked}
    return names | inside


def _lazy_attributes(module: Module) -> Iterator[tuple[str, Text]]:
    """A ``__getattr__`` of the module that others write: it may import anything below the package.

    What one written here imports is seen like all other code, unless it asks another library to do it.
    """
    below = Text(f"{module.package}.", whole=False)
    for node in module.tree.body:
        names: list[str] = []
        if isinstance(node, ast.FunctionDef) and node.name == "__getattr__":
            calls = (inner.func for inner in ast.walk(node) if isinstance(inner, ast.Call))
            names = ["__getattr__" for function in calls if _foreign(function, module)]
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            names = [last_name(inner) for target in targets for inner in ast.walk(target)]
        elif isinstance(node, ast.ImportFrom):
            names = [alias.asname or alias.name for alias in node.names]
        if "__getattr__" in names:
            yield module.place(node), below


def _foreign(function: ast.expr, module: Module) -> bool:
    """Whether a called function is imported, and not from the standard library."""
    while isinstance(function, ast.Attribute):
        function = function.value
    bound = module.bound_imports.get(function.id, ()) if isinstance(function, ast.Name) else ()
    return any(name.partition(".")[0] not in STANDARD_LIBRARY for name, _ in bound)
