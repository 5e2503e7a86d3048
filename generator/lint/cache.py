"""Answers of cfn-lint on disk, so that a template that has not changed costs one small read.

Each is a file named after its key: a checksum, then JSON. A file that is missing, cut off, changed or not
ours is no answer, and is written anew. Several processes may read and write at once: a file is
replaced in one step, and two that write one key write the same bytes.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

import msgspec

from generator.lint.finding import Verdict

# An answer takes some 100 bytes without findings; the oldest go when there are more than these.
ENTRIES = 4_000
BYTES = 64 << 20
DIGEST = 32


class Cache:
    """Answers in one folder; without a folder it knows and keeps nothing."""

    def __init__(self, folder: Path | None, *, entries: int = ENTRIES, size: int = BYTES) -> None:
        self.folder = folder
        self._entries = entries
        self._size = size

    def get(self, key: str) -> Verdict | None:
        """The answer that is kept under ``key``, or None."""
        if self.folder is None:
            return None
        path = self.folder / key
        try:
            stored = path.read_bytes()
        except OSError:
            return None
        if hashlib.sha256(key.encode() + stored[DIGEST:]).digest() != stored[:DIGEST]:
            return None
        try:
            verdict = msgspec.json.decode(stored[DIGEST:], type=Verdict)
        except msgspec.DecodeError:
            return None
        # Used answers are the last to go. In a folder that cannot be written they all stay.
        with suppress(OSError):
            os.utime(path)
        return verdict

    def put(self, answers: Mapping[str, Verdict]) -> None:
        """Keep answers. A folder that cannot be written or is full costs time, and no answer."""
        if self.folder is None or not answers:
            return
        with suppress(OSError):
            self.folder.mkdir(parents=True, exist_ok=True)
            for key, verdict in answers.items():
                self._write(self.folder, key, msgspec.json.encode(verdict))
            self._forget(self.folder)

    def _write(self, folder: Path, key: str, content: bytes) -> None:
        handle, temporary = tempfile.mkstemp(dir=folder, prefix=".new-")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(hashlib.sha256(key.encode() + content).digest() + content)
            Path(temporary).replace(folder / key)
        except BaseException:
            Path(temporary).unlink(missing_ok=True)
            raise

    def _forget(self, folder: Path) -> None:
        """Remove the oldest answers, and what a process that was killed left half-written."""
        found = []
        for entry in os.scandir(folder):
            with suppress(OSError):
                status = entry.stat(follow_symlinks=False)
                found.append((status.st_mtime, entry.name, status.st_size))
        found.sort(reverse=True)
        kept = 0
        for number, (_, name, size) in enumerate(found, 1):
            kept += size
            if number > self._entries or kept > self._size:
                with suppress(OSError):
                    (folder / name).unlink()


def cache_folder(environment: Mapping[str, str] = os.environ) -> Path | None:
    """Where answers are kept: GEN_CACHE_DIR, else XDG_CACHE_HOME, else ~/.cache. GEN_NO_CACHE: nowhere."""
    if environment.get("GEN_NO_CACHE"):
        return None
    if own := environment.get("GEN_CACHE_DIR"):
        return Path(own) / "lint"
    try:
        base = Path(environment.get("XDG_CACHE_HOME") or "~/.cache").expanduser()
    except RuntimeError:
        # No home, as for a user in a container.
        return None
    return base / "gen" / "lint"
