"""Rendered templates and the files on disk: how they differ, and how a difference is written.

Each file is replaced in one step: whoever reads sees the old bytes or the new ones.
"""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Iterator, Sequence
from enum import StrEnum
from pathlib import Path

from msgspec import Struct

from generator.errors import RenderError
from generator.render import Rendered, Selection


class State(StrEnum):
    """What a file was, or would be, after rendering."""

    WRITTEN = "written"
    UNCHANGED = "unchanged"
    REMOVED = "removed"


class Change(Struct, frozen=True):
    """What happened to one file. ``before`` and ``after`` are empty where there was, or is, none."""

    path: Path
    state: State
    before: bytes
    after: bytes


def compare(rendered: Sequence[Rendered], selection: Selection, out: Path) -> Iterator[Change]:
    """How each rendered file differs from what is on disk, and which files no service makes any more.

    Only a whole region's files can be judged superfluous, so none are when stacks were selected.
    """
    for one in rendered:
        before = _read(one.path)
        state = State.UNCHANGED if before == one.content else State.WRITTEN
        yield Change(path=one.path, state=state, before=before, after=one.content)
    for path in _superfluous(rendered, selection, out):
        yield Change(path=path, state=State.REMOVED, before=_read(path), after=b"")


def _superfluous(rendered: Sequence[Rendered], selection: Selection, out: Path) -> list[Path]:
    if selection.stacks:
        return []
    made = {one.path for one in rendered}
    known = {environment.name for environment in selection.environments}
    folders = [
        folder
        for name in sorted(known)
        for folder in _folders(out / name)
        if not selection.regions or folder.name in selection.regions
    ]
    left = sorted(path for folder in folders for path in folder.glob("*.json") if path not in made)
    return left + (_of_gone_environments(out, known) if selection.whole and not selection.regions else [])


def _of_gone_environments(out: Path, known: set[str]) -> list[Path]:
    """Templates of environments that have no file any more; what else lies in ``out`` is left alone."""
    return [
        path
        for path in sorted(out.glob("*/*/*.json"))
        if path.parts[-3] not in known and _environment_of(path) == path.parts[-3]
    ]


def _environment_of(path: Path) -> str:
    """The environment that a template of ours says it is for, else ""."""
    try:
        return str(json.loads(path.read_bytes())["Metadata"]["Gen"]["Environment"])
    except (OSError, ValueError, KeyError, TypeError):
        return ""


def _folders(folder: Path) -> list[Path]:
    """Region folders of an environment; those of a region that was given up are among them."""
    return sorted(path for path in folder.glob("*") if path.is_dir())


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return b""
    except OSError as problem:
        raise RenderError(f"cannot read {path}: {problem.strerror}", "make it a readable file") from problem


def apply(change: Change) -> None:
    """Make one change on disk: a file is replaced in one step, or removed with the folder it leaves empty."""
    try:
        if change.state is State.WRITTEN:
            change.path.parent.mkdir(parents=True, exist_ok=True)
            _replace(change.path, change.after)
        elif change.state is State.REMOVED:
            change.path.unlink()
            for folder in (change.path.parent, change.path.parent.parent):
                if not any(folder.iterdir()):
                    folder.rmdir()
    except OSError as problem:
        raise RenderError(
            f"cannot write {change.path}: {problem.strerror}",
            "check that the folder is writable and has space; nothing else was lost, run the command again",
        ) from problem


def _replace(path: Path, content: bytes) -> None:
    """Write beside the file, then rename: whoever reads sees the old bytes or the new ones."""
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        Path(temporary).chmod(0o644)
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def unified_diff(change: Change, name: str) -> str:
    """The difference as ``diff -u`` shows it, a/ before and b/ after."""
    import difflib

    before, after = (text.decode("utf-8", "replace").splitlines() for text in (change.before, change.after))
    if not change.before.endswith(b"\n"):
        before[-1:] = [f"{line}\n\\ No newline at end of file" for line in before[-1:]]
    return "\n".join(difflib.unified_diff(before, after, f"a/{name}", f"b/{name}", lineterm=""))
