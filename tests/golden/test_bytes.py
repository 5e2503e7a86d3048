"""What is committed is, byte for byte, what the services render: anywhere, any time, in any order."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

from generator.render import Selection, render
from tests.golden.committed import ENVIRONMENTS, FILES
from tests.support import ROOT, TEMPLATES, TIMEOUT_S, clean_environment, gen_process

every_file = pytest.mark.parametrize("path", FILES, ids=lambda path: "-".join(path.parts[-3:]))

# Versions of languages and APIs that are named by a date; any other date is one of rendering.
DATES_WITH_A_MEANING = {"2010-09-09", "2012-10-17", "2015-03-31"}

# Lists folders backwards, which a file system may do at any time.
BACKWARDS = """
import os, sys
listdir, scandir = os.listdir, os.scandir
class Backwards:
    def __init__(self, entries): self.entries = iter(sorted(entries, key=lambda one: one.name, reverse=True))
    def __iter__(self): return self.entries
    def __next__(self): return next(self.entries)
    def __enter__(self): return self
    def __exit__(self, *_): return None
    def close(self): return None
os.listdir = lambda *a: sorted(listdir(*a), reverse=True)
os.scandir = lambda *a: Backwards(scandir(*a))
import cli
cli.main(sys.argv[1:])
"""


@cache
def rendered() -> dict[Path, bytes]:
    """Every template of every environment, as it renders now."""
    selection = Selection(environments=tuple(ENVIRONMENTS.values()))
    return {one.path: one.content for one in render(selection, TEMPLATES)}


def files_in(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*.json")}


@every_file
def test_a_committed_template_is_what_the_services_render(path: Path) -> None:
    assert path.read_bytes() == rendered()[path]


def test_every_stack_is_committed_and_nothing_else_is() -> None:
    assert {path for path in TEMPLATES.rglob("*") if path.is_file()} == set(rendered())
    assert len(FILES) >= len(ENVIRONMENTS)


@every_file
def test_a_template_is_canonical_json(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert text == json.dumps(json.loads(text), indent=2, sort_keys=True, ensure_ascii=False) + "\n"


@every_file
def test_a_template_tells_nothing_of_an_account_a_machine_or_a_day(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    # The hash of a function's configuration may be twelve digits by chance.
    assert not re.findall(r"(?<![0-9])(?<!configuration )[0-9]{12}(?![0-9])", text)
    assert not [word for word in (str(ROOT), "/home/", "/root/", "/tmp/", "/Users/", "C:\\") if word in text]  # noqa: S108 - looked for, not used
    assert set(re.findall(r"\b20[0-9]{2}-[0-9]{2}-[0-9]{2}\b", text)) <= DATES_WITH_A_MEANING
    assert "\r" not in text


def test_bytes_depend_on_neither_hash_seed_nor_time_zone_nor_locale_nor_folder(tmp_path: Path) -> None:
    words = {"PYTHONHASHSEED": "1", "TZ": "Asia/Tokyo", "LC_ALL": "C", "LANG": "C"}
    run = gen_process(
        "render", "--all-envs", "--no-lint", "--out", tmp_path / "out", cwd=tmp_path, environment=words
    )
    assert run.code == 0, run.err
    assert files_in(tmp_path / "out") == files_in(TEMPLATES)


def test_bytes_do_not_depend_on_the_order_of_files(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", BACKWARDS, "render", "--all-envs", "--no-lint", "--out", tmp_path / "out"],
        cwd=ROOT,
        env={**clean_environment(), "PYTHONHASHSEED": "2"},
        capture_output=True,
        text=True,
        timeout=TIMEOUT_S,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert files_in(tmp_path / "out") == files_in(TEMPLATES)


def test_cfn_lint_finds_nothing_in_any_committed_template() -> None:
    """S1.2, S2.1, S3.6: wrong properties, dangling references and deprecated runtimes are findings."""
    run = gen_process("lint", *FILES)
    assert (run.code, run.out) == (0, ""), run.out
    assert f"{len(FILES)} templates, no findings" in run.err
