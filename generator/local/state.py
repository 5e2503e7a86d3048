"""state.json: which engine runs in a folder, written so that no other process is ever taken for it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from generator.errors import DeployError
from generator.local.process import born


@dataclass(frozen=True)
class Record:
    """Process id and start of the engine, its port, and the identity that it repeats in its health answer."""

    pid: int
    born: str | None
    port: int
    identity: str


def state_file(folder: Path) -> Path:
    """Where the record is. An engine whose record is gone or replaced ends itself."""
    return folder / "state.json"


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """One start or stop at a time in a folder; the lock falls with its process, however that ends.

    DeployError where the folder cannot be written.
    """
    import fcntl  # not on Windows, where only the commands that start or stop the engine are missing

    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        lock = (folder / "lock").open("wb")
    except OSError as error:
        raise DeployError(
            f"{folder} cannot hold the files of the embedded AWS: {error.strerror}",
            "make it a writable folder",
        ) from error
    with lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def read(folder: Path) -> Record | None:
    """The record of ``folder``; None when there is none, or one that nobody can read."""
    try:
        record = Record(**json.loads(state_file(folder).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None
    return record if isinstance(record.pid, int) and isinstance(record.port, int) else None


def write(folder: Path, record: Record) -> None:
    """Replace the record in one step."""
    half = folder / "state.json.new"
    half.write_text(json.dumps(asdict(record)), encoding="utf-8")
    half.replace(state_file(folder))


def is_alive(record: Record) -> bool:
    """Whether the recorded process still runs, and is not another one that got its id."""
    return record.born is not None and born(record.pid) == record.born
