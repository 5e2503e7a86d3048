"""Real engines, each in a folder of its own, and what the system says about their processes."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from generator.local import Engine, down, running
from generator.local.process import any_free_port, born

ROOT = Path(__file__).resolve().parents[2]
LISTENING = "0A"


@dataclass(frozen=True)
class Place:
    """A folder for an engine, and a port that nobody else uses."""

    folder: Path
    port: int


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    """Whatever a test starts here is stopped after it."""
    here = Place(tmp_path / "local", any_free_port())
    yield here
    down(here.folder)


@pytest.fixture(scope="session")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """One engine for the tests that only call it."""
    with running(tmp_path_factory.mktemp("engine") / "local", port=any_free_port()) as started:
        yield started


def until(what: Callable[[], bool], seconds: float = 10) -> bool:
    """Wait for ``what``; False when it does not come true in time."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if what():
            return True
        time.sleep(0.02)
    return what()


def is_gone(pid: int) -> bool:
    return born(pid) is None


def group(pid: int) -> list[int]:
    """Every process of the session that ``pid`` leads."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text(encoding="utf-8").rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[3]) == pid and fields[0] != "Z":
            found.append(int(stat.parent.name))
    return found


def listening(pids: list[int]) -> set[str]:
    """``address:port`` in hex, as in /proc/net/tcp, of every listening socket of ``pids``."""
    inodes = set()
    for pid in pids:
        for descriptor in Path(f"/proc/{pid}/fd").iterdir():
            try:
                target = str(descriptor.readlink())
            except OSError:
                continue
            if target.startswith("socket:["):
                inodes.add(target[len("socket:[") : -1])
    found = set()
    for table in ("tcp", "tcp6", "udp", "udp6"):
        for line in Path(f"/proc/net/{table}").read_text(encoding="utf-8").splitlines()[1:]:
            fields = line.split()
            if fields[9] in inodes and (table.startswith("udp") or fields[3] == LISTENING):
                found.add(f"{table} {fields[1]}")
    return found
