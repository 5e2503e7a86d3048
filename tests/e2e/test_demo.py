"""`make demo` has an engine of its own, and runs as often as you like beside the one of the developer."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from generator import local
from generator.local.process import any_free_port
from tests.support import ROOT, clean_environment

pytestmark = pytest.mark.e2e


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A copy of the project in which a developer's engine runs."""
    copy = tmp_path_factory.mktemp("demo")
    for name in ("generator", "handlers", "requirements", "scripts", "templates_out"):
        shutil.copytree(ROOT / name, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("cli.py", "setup.cfg", "pyproject.toml"):
        shutil.copy(ROOT / name, copy / name)
    if (ROOT / "build" / "wheels").is_dir():
        shutil.copytree(ROOT / "build" / "wheels", copy / "build" / "wheels")
    with local.running(copy / "build" / "local", port=any_free_port()):
        yield copy


def demo(checkout: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "scripts/demo.py"],
        cwd=checkout,
        env={**clean_environment(), **environment},
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )


@pytest.mark.parametrize("settings", [{}, {"AWS_PROFILE": "nope", "HTTP_PROXY": "http://127.0.0.1:9"}])
def test_the_demo_leaves_the_developers_engine_alone(checkout: Path, settings: dict[str, str]) -> None:
    before = local.current(checkout / "build" / "local")
    assert before is not None
    done = demo(checkout, **settings)
    assert done.returncode == 0, done.stdout + done.stderr
    assert local.current(checkout / "build" / "local") == before
    assert before.endpoint_url not in done.stdout
    assert done.stdout.count("not simulated") == 1
    assert "stopped http://127.0.0.1:" in done.stdout
    assert f"(pid {before.pid})" not in done.stdout
