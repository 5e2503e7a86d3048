"""Running `gen` as a person would, in this process or another, and copies of the project to break."""

from __future__ import annotations

import io
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path

import cli

ROOT = Path(__file__).resolve().parent.parent
TEMPLATES = ROOT / "templates_out"
TIMEOUT_S = 120


@dataclass(frozen=True)
class Run:
    """What one call of `gen` said, and its exit code."""

    code: int
    out: str
    err: str

    @property
    def words(self) -> str:
        """Both streams, for what may stand in either."""
        return self.out + self.err


def gen(*arguments: str | Path) -> Run:
    """Run `gen` in this process."""
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        try:
            cli.main([str(argument) for argument in arguments])
        except SystemExit as stop:
            code = stop.code
    assert isinstance(code, int)
    return Run(code, out.getvalue(), err.getvalue())


def gen_process(
    *arguments: str | Path,
    root: Path = ROOT,
    cwd: Path | None = None,
    environment: Mapping[str, str] | None = None,
) -> Run:
    """Run the `gen` of the project in ``root`` in a process of its own, without this one's GEN_ENV."""
    done = subprocess.run(
        [sys.executable, root / "cli.py", *map(str, arguments)],
        cwd=cwd or root,
        env={**clean_environment(), **(environment or {})},
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=TIMEOUT_S,
        check=False,
    )
    return Run(done.returncode, done.stdout, done.stderr)


def clean_environment() -> dict[str, str]:
    """This process's environment without what changes `gen`."""
    return {
        key: value
        for key, value in os.environ.items()
        if not key.startswith(("GEN_", "_GEN_", "AWS_", "PYTHON")) and key != "NO_COLOR"
    }


def copy_of_project(folder: Path) -> Path:
    """The sources without templates, to change at will."""
    for name in ("generator", "handlers"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("cli.py", "setup.cfg", "pyproject.toml"):
        shutil.copy(ROOT / name, folder / name)
    return folder
