"""Which files of the locked wheels a function needs: the modules that its imports reach, and what goes along.

Imports are followed module by module, in the wheels as in ``handlers``. Where a module works out the name of
an import while it runs, all that the name can mean goes in, and a note says so.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from generator.errors import PackageError
from generator.package import metadata
from generator.package.closure import PACKAGE, Closure
from generator.package.computed import computed
from generator.package.metadata import Lookups
from generator.package.runtime import PYTHON, SDK, SDK_NEEDS, STANDARD_LIBRARY
from generator.package.shelf import Shelf
from generator.package.syntax import Import, Module
from generator.package.values import Text, Values

# What only compilers and type checkers read.
NO_DATA = frozenset({".py", ".pyc", ".pyi", ".pyo"})
TYPE_MARKER = "py.typed"
PRESENT = STANDARD_LIBRARY | SDK | SDK_NEEDS


@dataclass(frozen=True)
class Packed:
    """``files``: path in the zip → content; ``notes``: why more goes in than imports name, with file:line."""

    files: dict[str, bytes]
    notes: tuple[str, ...]


def libraries(found: Closure, shelf: Shelf) -> Packed:
    """What ``found`` needs of the wheels of ``shelf``.

    Raises PackageError for an import that is sure to fail, a wheel that needs one that the lock lacks, and a
    file that two wheels bring with different content.
    """
    own = tuple(found.modules.values())
    walk = _Walk(shelf, Values(shelf, own))
    for item in found.outside:
        walk.follow(item, certain=True)
    for module in own:
        walk.look_up(module)
    walk.run()
    walk.refuse_missing()
    paths = {shelf.files[name] for name in walk.certain}
    wheels = {owner for path in paths for owner in shelf.owners[path]} | walk.whole
    _check_requirements(wheels, shelf)
    for name in sorted(wheels):
        paths |= _all_files(shelf, name) if name in walk.whole else _data(shelf, name, paths)
    asked = walk.lookups[0]
    described = set(shelf.wheels) if asked.names is None else set(asked.names) & set(shelf.wheels)
    for name in wheels | described:
        paths.update(metadata.kept(shelf.wheels[name], whole=asked.whole))
    return Packed({path: _content(shelf, path) for path in paths}, tuple(sorted(walk.notes)))


@dataclass(frozen=True)
class _Walk:
    """Fills ``certain``: the modules that are reached, and whether they are imported in any case."""

    shelf: Shelf
    values: Values
    certain: dict[str, bool] = field(default_factory=dict)
    todo: list[str] = field(default_factory=list)
    missing: dict[str, str] = field(default_factory=dict)
    whole: set[str] = field(default_factory=set)
    notes: set[str] = field(default_factory=set)
    lookups: list[Lookups] = field(default_factory=lambda: [Lookups()])
    sound: set[str] = field(default_factory=set)

    def run(self) -> None:
        """Follow all that is known so far, to the end."""
        while self.todo:
            name = self.todo.pop()
            module = self.shelf.module(name)
            if not isinstance(module, Module):
                self._unreadable(name, module)
                continue
            for item in module.imports:
                if isinstance(item, Import):
                    self.follow(item, certain=self.certain[name] and item.certain)
            for place, text in sorted(set(computed(module, self.values))):
                self._compute(place, text, module)
            self.look_up(module)

    def follow(self, item: Import, *, certain: bool) -> None:
        """Reach a module, the packages around it, and the submodules among its attributes."""
        top = item.name.partition(".")[0]
        if top in STANDARD_LIBRARY or top in SDK:
            return
        if top not in self.shelf.top_level:
            if certain:
                self.missing.setdefault(item.place, top)
            return
        self._reach(item.name, certain=certain)
        for attribute in item.attributes:
            if attribute == "*":
                self._star(item, certain=certain)
            else:
                self._reach(f"{item.name}.{attribute}", certain=certain)

    def look_up(self, module: Module) -> None:
        """Note what ``module`` reads of the metadata; modules that entry points name are reached."""
        asked = metadata.lookups(module, self.values)
        before = self.lookups[0]
        self.lookups[0] = before | asked
        if asked.entry_points and not before.entry_points:
            for file, name in metadata.entry_points(self.shelf.wheels.values()):
                self.follow(Import(name, (), file), certain=False)

    def refuse_missing(self) -> None:
        """PackageError for the first import, by its place, that is sure to fail."""
        if self.missing:
            place, name = min(self.missing.items())
            raise PackageError(
                f"{place}: '{name}' is neither in {PACKAGE}/, nor in the standard library, nor in the lock",
                "add its distribution to requirements/handlers.in and run 'make lock', or correct the import",
            )

    def _reach(self, name: str, *, certain: bool) -> None:
        if not certain and self._fails(name):
            return
        for one in _with_packages(name):
            if one in self.shelf.files and (one not in self.certain or certain > self.certain[one]):
                self.certain[one] = certain
                self.todo.append(one)

    def _fails(self, name: str) -> bool:
        """Whether an import of ``name`` cannot succeed, since what it imports for certain is not there.

        A library has such imports in functions for what is installed with it or not. Leaving the module out
        changes nothing but the words of the ImportError.
        """
        seen: set[str] = set()
        todo = _with_packages(name)
        while todo:
            one = todo.pop()
            if one in seen or one in self.sound:
                continue
            seen.add(one)
            module = self.shelf.module(one) if one in self.shelf.files else None
            for item in module.imports if isinstance(module, Module) else ():
                if isinstance(item, Import) and item.certain:
                    top = item.name.partition(".")[0]
                    if top not in PRESENT and top not in self.shelf.top_level:
                        return True
                    todo += _with_packages(item.name)
        self.sound.update(seen)
        return False

    def _star(self, item: Import, *, certain: bool) -> None:
        """The submodules that ``__all__`` names; all of them when it is computed."""
        module = self.shelf.module(item.name) if item.name in self.shelf.files else None
        if not isinstance(module, Module) or b"__all__" not in self.shelf.content(module.file):
            return
        for text in sorted(self.values.name("__all__", module)):
            if text.whole:
                self._reach(f"{item.name}.{text.value}", certain=certain)
            else:
                self._below(f"{item.name}.", item.place)

    def _compute(self, place: str, text: Text, module: Module) -> None:
        if text.whole:
            if text.value:
                self.follow(Import(text.value, (), place), certain=False)
        elif "." in text.value:
            self._below(text.value, place)
        else:
            self._everything(place, "an import with a computed name", module.file)

    def _below(self, beginning: str, place: str) -> None:
        names = [name for name in self.shelf.files if name.startswith(beginning)]
        for name in names:
            self._reach(name, certain=False)
        if names:
            self.notes.add(f"{place}: an import with a computed name, so all modules {beginning}* go in")

    def _everything(self, place: str, why: str, file: str) -> None:
        """All of the distributions that bring ``file``, and of those that they require."""
        owners = self.shelf.owners[file]
        todo = list(owners)
        while todo:
            name = todo.pop()
            if name in self.whole or name not in self.shelf.wheels:
                continue
            self.whole.add(name)
            todo += self.shelf.wheels[name].requires
        for name, path in self.shelf.files.items():
            if name not in self.certain and self.whole & set(self.shelf.owners[path]):
                self._reach(name, certain=False)
        self.notes.add(f"{place}: {why}, so all of {' and '.join(owners)} goes in, with what it requires")

    def _unreadable(self, name: str, error: SyntaxError | ValueError) -> None:
        file, line = self.shelf.files[name], getattr(error, "lineno", None) or 1
        if self.certain[name]:
            raise PackageError(
                f"{file}:{line}: the Python that packs cannot read it: {error}",
                f"run gen with Python {PYTHON}, or choose another version of the library",
            )
        self._everything(f"{file}:{line}", "not Python that can be read here", file)


def _with_packages(name: str) -> list[str]:
    """A module and the packages around it, outermost first: what an import of it runs."""
    parts = name.split(".")
    return [".".join(parts[:depth]) for depth in range(1, len(parts) + 1)]


def _check_requirements(wheels: Iterable[str], shelf: Shelf) -> None:
    for name in sorted(wheels):
        for needed in shelf.wheels[name].requires:
            if needed not in shelf.wheels and needed not in SDK:
                raise PackageError(f"{name} needs {needed}, which the lock lacks", "make lock")


def _all_files(shelf: Shelf, wheel: str) -> set[str]:
    return {path for path in shelf.wheels[wheel].files if ".dist-info/" not in path}


def _data(shelf: Shelf, wheel: str, reached: set[str]) -> set[str]:
    """The data files in the folders of reached modules, and in folders around which there is no other code.

    A folder whose ``__init__.py`` has no code holds data only, if it holds any: those files go along too.
    """
    files = shelf.wheels[wheel].files
    code = {_folder(path) for path, text in files.items() if path.endswith(".py") and _has_code(text)}
    folders = {_folder(path) for path in reached}
    found: set[str] = set()
    for path in files:
        pure = PurePosixPath(path)
        if pure.suffix in NO_DATA or pure.name == TYPE_MARKER or pure.parts[0].endswith(".dist-info"):
            continue
        passed = list(_without_code(_folder(path), code | folders))
        if (passed[-1] or "") in folders | {""}:
            found.add(path)
            found.update(f"{folder}/__init__.py" for folder in passed)
    return found & set(files)


def _without_code(folder: str, stop: set[str]) -> Iterator[str]:
    """``folder`` and those around it, to the first that holds code or is reached, or to the top ('')."""
    yield folder
    while folder and folder not in stop:
        folder = _folder(folder)
        yield folder


def _folder(path: str) -> str:
    return path.rpartition("/")[0]


def _has_code(content: bytes) -> bool:
    return any(line.strip() and not line.lstrip().startswith(b"#") for line in content.splitlines())


def _content(shelf: Shelf, path: str) -> bytes:
    """The content of a file; PackageError when two wheels do not agree on it."""
    owners = shelf.owners[path]
    content = shelf.content(path)
    for other in owners[1:]:
        if shelf.wheels[other].files[path] != content:
            raise PackageError(
                f"{path} comes twice with different content, from {' and '.join(owners)}",
                "remove one of the libraries that bring it",
            )
    return content
