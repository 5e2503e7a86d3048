from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from generator.config import load_environments
from generator.errors import ConfigError

GOOD = """\
production: false
regions: [us-west-2, us-east-1]
owner: platform-team
cost_center: CC-1000
allowed_origins: [https://example.com]
"""

Problems = Callable[..., list[str]]


def problems_of(directory: Path, files: dict[str, str | bytes]) -> list[str]:
    """Lines that loading ``files`` complains with; [] when it does not."""
    directory.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        (directory / name).write_bytes(content.encode() if isinstance(content, str) else content)
    try:
        load_environments(directory)
    except ConfigError as error:
        return error.message.split("\n")
    return []


@pytest.fixture
def problems(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Problems:
    """The lines that files (or ``qa.yml``: GOOD with ``more`` keys after it) are refused with.

    The current directory is theirs, so the lines start with ``environments/``.
    """
    monkeypatch.chdir(tmp_path)

    def run(more: str = "", **files: str | bytes) -> list[str]:
        named = {name.replace("__", "."): content for name, content in files.items()}
        return problems_of(tmp_path / "environments", named or {"qa.yml": GOOD + more})

    return run
