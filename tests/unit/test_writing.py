"""Writing templates where it cannot be done, and being stopped while doing it."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from generator.errors import RenderError
from generator.files import Change, State, apply
from tests.support import ROOT, clean_environment, gen

WITHOUT_LINT = ("render", "--env", "dev", "--no-lint")


def bytes_in(folder: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_file_where_a_folder_should_be_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "out"
    file.write_text("mine")
    run = gen(*WITHOUT_LINT, "--out", file)
    assert run.code == 2
    assert "Not a directory" in run.err
    assert file.read_text() == "mine"


def test_a_file_where_a_regions_folder_should_be_is_refused(tmp_path: Path) -> None:
    (tmp_path / "dev").mkdir()
    (tmp_path / "dev" / "us-west-2").write_text("mine")
    run = gen(*WITHOUT_LINT, "--out", tmp_path)
    assert run.code == 2
    assert "Not a directory" in run.err
    assert bytes_in(tmp_path) == {tmp_path / "dev" / "us-west-2": b"mine"}


def test_a_folder_where_a_template_should_be_is_refused(tmp_path: Path) -> None:
    (tmp_path / "dev" / "us-west-2" / "items.json").mkdir(parents=True)
    run = gen(*WITHOUT_LINT, "--out", tmp_path)
    assert run.code == 2
    assert "Is a directory" in run.err


@pytest.mark.skipif(not Path("/proc/self/mem").exists(), reason="needs Linux's /proc")
def test_a_template_that_cannot_be_read_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "dev" / "us-west-2" / "items.json"
    file.parent.mkdir(parents=True)
    file.symlink_to("/proc/self/mem")
    run = gen(*WITHOUT_LINT, "--out", tmp_path)
    assert run.code == 2
    assert "cannot read" in run.err
    assert "items.json: Input/output error" in run.err


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="needs Linux's /proc")
def test_a_folder_that_cannot_be_written_is_refused() -> None:
    run = gen(*WITHOUT_LINT, "--out", "/proc/gen")
    assert run.code == 2
    assert "cannot write /proc/gen/dev/us-west-2/bootstrap.json: " in run.err
    assert "check that the folder is writable" in run.err


def test_a_write_that_fails_leaves_the_old_bytes_and_no_other_file(tmp_path: Path) -> None:
    """A file cannot be put where a folder with something in it stands; nothing half-written is left."""
    path = tmp_path / "dev" / "items.json"
    path.mkdir(parents=True)
    (path / "inside").write_text("mine")
    with pytest.raises(RenderError, match=r"cannot write .*items\.json"):
        apply(Change(path=path, state=State.WRITTEN, before=b"", after=b"{}\n"))
    assert bytes_in(tmp_path) == {path / "inside": b"mine"}


KILLED_WHILE_WRITING = """
import os, signal, sys
from pathlib import Path
from generator.files import Change, State, apply
path = Path(sys.argv[1])
fdopen = os.fdopen
def stopping(*a):
    file = fdopen(*a)
    class Half:
        def __enter__(self): return self
        def __exit__(self, *e): file.close(); return None
        def write(self, content):
            file.write(content[: len(content) // 2]); file.flush()
            os.kill(os.getpid(), getattr(signal, sys.argv[2]))
            signal.pause()
    return Half()
os.fdopen = stopping
apply(Change(path=path, state=State.WRITTEN, before=b"", after=b"new" * 10000))
"""


@pytest.mark.parametrize("name", ["SIGINT", "SIGKILL"])
def test_an_interrupted_write_leaves_the_old_bytes(name: str, tmp_path: Path) -> None:
    path = tmp_path / "items.json"
    path.write_bytes(b"old")
    process = subprocess.Popen(
        [sys.executable, "-c", KILLED_WHILE_WRITING, path, name],
        cwd=ROOT,
        env=clean_environment(),
        stderr=subprocess.DEVNULL,
    )
    assert process.wait(timeout=30) != 0
    assert path.read_bytes() == b"old"
    if name == "SIGINT":
        assert list(tmp_path.iterdir()) == [path], "the temporary file is tidied away"


def test_whoever_reads_while_templates_are_written_sees_whole_files(tmp_path: Path) -> None:
    """Old bytes or new ones, never a part."""
    path = tmp_path / "items.json"
    contents = {b"a" * 200_000, b"b" * 200_000}
    path.write_bytes(b"a" * 200_000)
    writer = subprocess.Popen(
        [
            sys.executable,
            "-c",
            "import sys; from pathlib import Path; from generator.files import Change, State, apply\n"
            "for n in range(400):\n"
            "    text = (b'a', b'b')[n % 2] * 200_000\n"
            "    apply(Change(path=Path(sys.argv[1]), state=State.WRITTEN, before=b'', after=text))",
            path,
        ],
        cwd=ROOT,
        env=clean_environment(),
    )
    seen = set()
    until = time.monotonic() + 30
    while writer.poll() is None and time.monotonic() < until:
        seen.add(path.read_bytes())
    if writer.poll() is None:
        writer.send_signal(signal.SIGKILL)
    assert writer.wait() == 0
    assert seen <= contents
