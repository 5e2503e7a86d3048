"""Made-up projects and wheels. Only ``library_wheels`` may reach the network."""

from __future__ import annotations

import hashlib
import shutil
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from generator.package.wheels import wheels

ROOT = Path(__file__).resolve().parents[2]


def no_words(_words: str) -> None:
    """A ``say`` for tests that do not listen."""


@dataclass(frozen=True)
class Project:
    """A project folder: modules in it, wheels in an index beside it, and the lock that names them."""

    root: Path
    index: Path
    locked: list[str] = field(default_factory=list)

    @property
    def out(self) -> Path:
        return self.root / "build"

    @property
    def lock(self) -> Path:
        return self.root / "requirements" / "handlers.txt"

    def write(self, files: Mapping[str, str]) -> Project:
        for name, text in files.items():
            path = self.root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        return self

    def library(
        self,
        name: str,
        files: Mapping[str, str],
        *,
        requires: tuple[str, ...] = (),
        tag: str = "py3-none-any",
    ) -> Path:
        """A wheel in the index, and its line in the lock."""
        wheel = self.index / f"{name.replace('-', '_')}-1.0-{tag}.whl"
        info = f"{name.replace('-', '_')}-1.0.dist-info"
        lines = [
            "Metadata-Version: 2.1",
            f"Name: {name}",
            "Version: 1.0",
            *(f"Requires-Dist: {line}" for line in requires),
        ]
        with zipfile.ZipFile(wheel, "w") as archive:
            for path, text in files.items():
                archive.writestr(path, text)
            archive.writestr(f"{info}/METADATA", "\n".join(lines) + "\n")
            archive.writestr(f"{info}/WHEEL", f"Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: {tag}\n")
            archive.writestr(f"{info}/RECORD", "")
        self.lock_line(f"{name}==1.0 --hash=sha256:{hashlib.sha256(wheel.read_bytes()).hexdigest()}")
        return wheel

    def keep_wheels(self) -> None:
        """Put the wheels where the first run of pip would: it takes a second each time."""
        shutil.copytree(self.index, self.out / "wheels", dirs_exist_ok=True)

    def lock_line(self, line: str) -> None:
        self.locked.append(line)
        self.write({"requirements/handlers.txt": "\n".join(self.locked) + "\n"})


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    """An empty project whose package index is a folder: pip never leaves this machine."""
    index = tmp_path / "index"
    index.mkdir()
    (tmp_path / "project").mkdir()
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(index))
    return Project(tmp_path / "project", index)


@pytest.fixture(scope="session")
def library_wheels() -> Path:
    """The folder with the real libraries of the functions, fetched once for all runs of the tests."""
    folder = ROOT / "build" / "wheels"
    wheels(ROOT / "requirements" / "handlers.txt", folder, no_words)
    return folder
