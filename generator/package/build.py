"""Writes one zip a function, the same bytes on every machine, under a name that its content gives.

The key of a zip is a template parameter, so bytes that change without a reason would redeploy functions.
Hence a fixed order, date and mode, no bytecode, and no compression: two versions of zlib deflate the same
input to different bytes. Lambda unpacks before it starts a function, so only the upload is larger.
"""

from __future__ import annotations

import ast
import base64
import hashlib
import io
import os
import re
import tempfile
import zipfile
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from generator.errors import PackageError
from generator.package.closure import PACKAGE, Closure, closure, file_of, parse, relative
from generator.package.libraries import libraries
from generator.package.runtime import SDK, STANDARD_LIBRARY
from generator.package.shelf import Shelf
from generator.package.wheels import wheels

Say = Callable[[str], None]

HANDLER = re.compile(rf"{PACKAGE}(\.[A-Za-z_][A-Za-z0-9_]*){{2,}}")
EXAMPLE = f"{PACKAGE}.items.api.handler"
# "Lambda quotas": deployment package, unzipped, layers included.
UNZIPPED_LIMIT = 250 * 1024 * 1024
EPOCH = (1980, 1, 1, 0, 0, 0)  # the first date that a zip can hold
FILE_0644 = 0o100644 << 16
UNIX = 3
NO_DATA = (".md", ".py", ".pyc", ".pyi", ".pyo")
NO_DATA_FOLDERS = frozenset({"__pycache__", "test", "tests", "testdata"})


@dataclass(frozen=True)
class Artifact:
    """The zip of one function. ``sha256`` is hex; ``code_sha256`` is base64, as Lambda's CodeSha256.

    ``notes``: where a library computes the names of its imports, so that more of it went in than was named.
    """

    handler: str
    path: Path
    key: str
    size: int
    sha256: str
    code_sha256: str
    notes: tuple[str, ...]


@dataclass(frozen=True)
class Part:
    """A folder or file of a zip, and the bytes of all that is in it."""

    name: str
    size: int


def build(
    handlers: Sequence[str],
    *,
    source: Path,
    out: Path,
    lock: Path | None = None,
    say: Say = lambda _words: None,
) -> dict[str, Artifact]:
    """Pack ``handlers`` ("handlers.items.api.handler") and return an Artifact for each, keyed by the string.

    ``source`` holds the package ``handlers``; ``lock`` names the libraries with their hashes, by default
    ``source``/requirements/handlers.txt. Zips go to ``out``/<key>, wheels stay in ``out``/wheels. ``say``
    hears of downloads, which happen once. Raises PackageError.
    """
    lock = lock or source / "requirements" / "handlers.txt"
    try:
        found = {handler: _checked(handler, source) for handler in dict.fromkeys(handlers)}
        reached = any(_needs_wheels(item) for item in found.values())
        shelf = Shelf(wheels(lock, out / "wheels", say) if reached else {})
        return {handler: _pack(handler, item, shelf, source, out) for handler, item in found.items()}
    except OSError as error:
        raise PackageError(
            f"{error.filename}: {error.strerror}", f"see to that file, or to the room in {out}"
        ) from error


def parts(artifact: Artifact) -> tuple[Part, ...]:
    """What a zip is made of, largest first, two folders deep."""
    sizes: Counter[str] = Counter()
    with zipfile.ZipFile(artifact.path) as archive:
        for entry in archive.infolist():
            sizes["/".join(entry.filename.split("/")[:2])] += entry.file_size
    return tuple(
        Part(name, size) for name, size in sorted(sizes.items(), key=lambda item: (-item[1], item[0]))
    )


def _checked(handler: str, source: Path) -> Closure:
    """The closure of a handler that exists; PackageError for one that does not."""
    if not HANDLER.fullmatch(handler):
        raise PackageError(
            f"handler '{handler}' is not {PACKAGE}.<module>.<function>", f"write it like {EXAMPLE}"
        )
    module, _, function = handler.rpartition(".")
    path = file_of(module, source)
    if path is None or path.is_dir():
        raise PackageError(
            f"handler '{handler}': there is no module {module} in {source}",
            f"create {module.replace('.', '/')}.py, or correct the handler's name in the service",
        )
    _check_function(handler, function, parse(path, source), relative(path, source))
    return closure(module, source)


def _check_function(handler: str, function: str, tree: ast.Module, file: str) -> None:
    names: set[str] = set()
    for node in tree.body:
        if isinstance(node, ast.AsyncFunctionDef) and node.name == function:
            raise PackageError(
                f"{file}:{node.lineno}: {function} is async; Lambda does not await it",
                "use 'def' and call asyncio.run",
            )
        if isinstance(node, ast.FunctionDef):
            names.add(node.name)
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            names.update(target.id for target in targets if isinstance(target, ast.Name))
        elif isinstance(node, ast.ImportFrom):
            names.update(alias.asname or alias.name for alias in node.names)
    if function not in names:
        raise PackageError(
            f"handler '{handler}': {file} has no function '{function}'",
            f"define it at the top level of {file}",
        )


def _needs_wheels(found: Closure) -> bool:
    """Whether anything is imported that is not there already, or the metadata of libraries may be read."""
    tops = {item.name.partition(".")[0] for item in found.outside}
    return bool(tops - STANDARD_LIBRARY - SDK) or any(
        item.name.startswith("importlib") for item in found.outside
    )


def _pack(handler: str, found: Closure, shelf: Shelf, source: Path, out: Path) -> Artifact:
    packed = libraries(found, shelf)
    files = _own_files(found, source)
    twice = sorted(set(files) & set(packed.files))
    if twice:
        raise PackageError(
            f"handler '{handler}': {twice[0]} is ours, and a library of the lock brings it too",
            "remove that library, or rename the file",
        )
    files |= packed.files
    unzipped = sum(map(len, files.values()))
    if unzipped > UNZIPPED_LIMIT:
        raise PackageError(
            f"handler '{handler}': {unzipped:,} bytes unzipped; Lambda takes {UNZIPPED_LIMIT:,}",
            "see the largest parts with 'gen package -v', and split the function or drop a library",
        )
    content = _zip(files)
    digest = hashlib.sha256(content)
    # A module's name has no '-', so no two functions share a folder.
    module, _, function = handler.removeprefix(f"{PACKAGE}.").rpartition(".")
    name = module.replace(".", "-") + ("" if function == "handler" else f".{function}")
    key = f"{PACKAGE}/{name}/{digest.hexdigest()[:32]}.zip"
    _write(out / key, content)
    return Artifact(
        handler=handler,
        path=out / key,
        key=key,
        size=len(content),
        sha256=digest.hexdigest(),
        code_sha256=base64.b64encode(digest.digest()).decode(),
        notes=packed.notes,
    )


def _own_files(found: Closure, source: Path) -> dict[str, bytes]:
    """The modules of a closure, and the data files beside them."""
    paths = {source / module.file for module in found.modules.values()}
    for folder in {path.parent for path in paths} - {source / PACKAGE}:
        paths.update(_data(folder))
    return {relative(path, source): path.read_bytes() for path in paths}


def _data(folder: Path) -> set[Path]:
    """Files that are no Python, in ``folder`` and in those below it without Python; no caches or tests."""
    found: set[Path] = set()
    for path in folder.iterdir():
        if path.name.startswith(".") or path.name.endswith("~"):
            continue
        if path.is_dir():
            if path.name not in NO_DATA_FOLDERS and not any(path.rglob("*.py")):
                found |= _data(path)
        elif path.suffix not in NO_DATA:
            found.add(path)
    return found


def _zip(files: Mapping[str, bytes]) -> bytes:
    """A zip that depends on names and contents only."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        for name, content in sorted(files.items()):
            entry = zipfile.ZipInfo(name, EPOCH)
            entry.create_system, entry.external_attr = UNIX, FILE_0644
            archive.writestr(entry, content, zipfile.ZIP_STORED)
    return buffer.getvalue()


def _write(path: Path, content: bytes) -> None:
    """Write whole or not at all, leave an unchanged file alone, and remove the function's older zips."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if not (path.is_file() and path.read_bytes() == content):
        handle, half = tempfile.mkstemp(dir=path.parent, prefix=".half-")
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        Path(half).replace(path)
    for other in path.parent.glob("*.zip"):
        if other != path:
            other.unlink(missing_ok=True)
