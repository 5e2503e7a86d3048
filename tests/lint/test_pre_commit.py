"""The hooks that `.pre-commit-hooks.yaml` offers: they exist, pick templates, and find what they should."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from generator.lint.catalogue import RULES
from tests.lint.support import BAD, GOOD, written
from tests.support import ROOT, TIMEOUT_S, clean_environment

HOOKS: dict[str, Any] = {
    one["id"]: one for one in yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
}
# Keys and values of "Creating new hooks" (pre-commit's documentation).
KEYS = {"id", "name", "description", "entry", "language", "files", "require_serial"}


def run(hook: str, *files: Path) -> subprocess.CompletedProcess[str]:
    """As pre-commit runs it: the entry in an environment where this package is installed, then the files."""
    program, *rest = shlex.split(HOOKS[hook]["entry"])
    own = {"python": [sys.executable], "gen": [sys.executable, str(ROOT / "cli.py")]}
    return subprocess.run(
        [*own[program], *rest, *map(str, files)],
        cwd=files[0].parent,
        env={**clean_environment(), "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=TIMEOUT_S,
        check=False,
    )


def test_the_hooks_are_sound() -> None:
    assert set(HOOKS) == {"gen-lint", "gen-rules"}
    for hook in HOOKS.values():
        assert set(hook) == KEYS
        assert hook["language"] == "python"
        re.compile(hook["files"])


@pytest.mark.parametrize("hook", HOOKS)
def test_a_hook_is_given_templates(hook: str) -> None:
    wanted = re.compile(HOOKS[hook]["files"])
    for path in (
        "templates_out/prod/us-west-2/items.json",
        "a/templates/b.yaml",
        "x.template",
        "stack.template.json",
    ):
        assert wanted.search(path), path
    for path in ("package.json", "README.md", ".github/workflows/ci.yml", "my-templates.json"):
        assert not wanted.search(path), path


@pytest.mark.parametrize("hook", HOOKS)
def test_a_hook_finds_what_cfn_lint_and_what_our_rules_find(hook: str, tmp_path: Path) -> None:
    assert run(hook, written(tmp_path, "good.json", {"A": GOOD})).returncode == 0
    wrong = run(hook, written(tmp_path, "bad.json", {"A": BAD}), RULES / "template" / "E9001.bad.yaml")
    assert wrong.returncode != 0
    assert "E3002" in wrong.stdout
    assert "E9001" in wrong.stdout
    assert "Traceback" not in wrong.stderr


def test_cfn_lints_own_options_work_and_guards_cannot_be_ignored(tmp_path: Path) -> None:
    file = written(
        tmp_path,
        "t.json",
        {"A": GOOD},
        Metadata={"cfn-lint": {"config": {"ignore_checks": ["E9002", "E9"]}}},
    )
    done = subprocess.run(
        [sys.executable, "-m", "generator.rules", "--format", "parseable", str(file)],
        cwd=tmp_path,
        env={**clean_environment(), "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=TIMEOUT_S,
        check=False,
    )
    assert ":E9002:" in done.stdout
