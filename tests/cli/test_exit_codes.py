"""Every error has its documented exit code, and no mistake of a user's shows a traceback."""

from __future__ import annotations

import inspect
from pathlib import Path

import pytest

import cli
from generator import errors
from tests.support import Run, copy_of_project, gen_process

# docs and scripts rely on these.
DOCUMENTED = {
    "ConfigError": 2,
    "DeployError": 2,
    "DriftError": 3,
    "GenError": 2,
    "LintError": 3,
    "NeedsPersonError": 6,
    "PackageError": 2,
    "RefusedError": 4,
    "RenderError": 2,
    "StackFailedError": 5,
    "StaleTemplateError": 3,
    "StillRunningError": 7,
    "UsageError": 2,
}

RAISES = '''
"""A command that goes wrong."""

import os

import click

from generator import errors
from generator.commands import options


@options.command("status", examples="gen status")
def command():
    """Show what is deployed, and whether it equals what is committed."""
    raise eval(os.environ["RAISE"])
'''


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = copy_of_project(tmp_path_factory.mktemp("project"))
    (root / "generator" / "commands" / "status.py").write_text(RAISES)
    return root


def raising(what: str, project: Path) -> Run:
    return gen_process("status", root=project, environment={"RAISE": what})


def test_every_error_is_documented() -> None:
    found = {
        name for name, one in inspect.getmembers(errors, inspect.isclass) if one.__module__ == errors.__name__
    }
    assert found == set(DOCUMENTED)


@pytest.mark.parametrize("name", DOCUMENTED)
def test_an_error_says_what_and_what_next_and_has_its_exit_code(name: str, project: Path) -> None:
    kind = getattr(errors, name)
    assert cli.exit_code(kind("wrong")) == DOCUMENTED[name]
    run = raising(f"errors.{name}('what is wrong', 'what to do')", project)
    assert run == Run(DOCUMENTED[name], "", "error: what is wrong\n  fix: what to do\n")


def test_an_error_without_a_fix_has_no_empty_line(project: Path) -> None:
    assert raising("errors.GenError('wrong')", project).err == "error: wrong\n"


@pytest.mark.parametrize("what", ["KeyboardInterrupt()", "click.Abort()", "EOFError()"])
def test_a_person_who_stops_sees_one_word_and_no_traceback(what: str, project: Path) -> None:
    run = raising(what, project)
    assert (run.code, run.out, run.err.strip()) == (4, "", "stopped")


def test_a_bug_of_ours_is_not_hidden(project: Path) -> None:
    run = raising("ZeroDivisionError('ours')", project)
    assert run.code == 1
    assert "Traceback" in run.err


def test_a_library_that_is_not_installed_is_named(project: Path) -> None:
    run = raising("ModuleNotFoundError('no', name='troposphere.sqs')", project)
    assert run.code == 2
    assert "the package 'troposphere" in run.err
    assert "Traceback" not in run.err


def test_a_module_of_ours_that_is_missing_is_a_bug(project: Path) -> None:
    run = raising("ModuleNotFoundError('no', name='generator.gone')", project)
    assert run.code == 1
