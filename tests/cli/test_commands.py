"""What `gen` says about itself, and how it answers what it cannot do."""

from __future__ import annotations

import importlib
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

import cli
from tests.support import ROOT, TIMEOUT_S, clean_environment, gen, gen_process

every_command = pytest.mark.parametrize("name", cli.COMMANDS)

HEAVY = {"troposphere", "awacs", "boto3", "botocore", "cfnlint", "yaml", "rich", "msgspec"}


def command_of(name: str) -> click.Command:
    found = importlib.import_module(f"generator.commands.{name}").command
    assert isinstance(found, click.Command)
    return found


def lines_of_commands() -> Iterator[tuple[str, ...]]:
    """Every command and subcommand as one types it."""
    for name in cli.COMMANDS:
        yield (name,)
        command = command_of(name)
        if isinstance(command, click.Group):
            yield from ((name, sub) for sub in command.commands)


every_line = pytest.mark.parametrize("line", list(lines_of_commands()), ids=" ".join)


def test_every_module_of_a_command_is_listed() -> None:
    stems = [path.stem for path in (ROOT / "generator" / "commands").glob("*.py")]
    modules = {stem: importlib.import_module(f"generator.commands.{stem}") for stem in stems}
    assert {
        stem for stem, one in modules.items() if isinstance(getattr(one, "command", None), click.Command)
    } == set(cli.COMMANDS)
    assert list(cli.COMMANDS) == sorted(cli.COMMANDS)


@every_command
def test_the_line_in_the_list_of_commands_is_the_commands_own(name: str) -> None:
    assert command_of(name).get_short_help_str(limit=200) == cli.COMMANDS[name]
    assert command_of(name).name == name


@every_line
def test_every_command_has_help_with_examples_that_work(line: tuple[str, ...]) -> None:
    run = gen(*line, "--help")
    assert (run.code, run.err) == (0, "")
    assert gen(*line, "-h").out == run.out
    assert run.out.startswith(f"Usage: gen {' '.join(line)} ")
    if isinstance(command_of(line[0]), click.Group) and len(line) == 1:
        return
    examples = [one.strip() for one in run.out.partition("Examples:\n")[2].splitlines()]
    examples = [one for one in examples if one.startswith("gen ")]
    assert examples
    for example in examples:
        words = example.split("  ")[0].split()
        assert words[1 : 1 + len(line)] == list(line), example
        parsed(words[1:])


def parsed(words: list[str]) -> None:
    """Raises where click would not take these words; runs nothing."""
    context = cli.group.make_context("gen", list(words))
    name, command, rest = cli.group.resolve_command(context, list(words))
    assert command is not None
    if isinstance(command, click.Group):
        parent = command.make_context(name, rest, parent=context)
        name, command, rest = command.resolve_command(parent, rest)
        assert command is not None
        context = parent
    command.make_context(name, rest, parent=context)


@every_line
def test_every_option_is_explained(line: tuple[str, ...]) -> None:
    command = command_of(line[0])
    if len(line) == 2:
        assert isinstance(command, click.Group)
        command = command.commands[line[1]]
    for parameter in command.params:
        if isinstance(parameter, click.Option):
            assert parameter.help, parameter.name
            assert parameter.help[-1] in ".)", parameter.name


@every_command
def test_every_command_is_in_the_documentation(name: str) -> None:
    texts = [ROOT / "README.md", *(ROOT / "docs").glob("*.md")]
    assert any(f"gen {name}" in path.read_text(encoding="utf-8") for path in texts)


def test_gen_without_a_command_shows_help_and_exits_2() -> None:
    run = gen()
    assert run.code == 2
    for name, words in cli.COMMANDS.items():
        assert name in run.words
        assert words in run.words


def test_help_lists_every_command_and_exits_0() -> None:
    for option in ("-h", "--help"):
        run = gen(option)
        assert (run.code, run.err) == (0, "")
        assert all(words in run.out for words in cli.COMMANDS.values())


def test_version() -> None:
    assert gen("--version").out == "gen 0.1.0\n"
    assert gen("--version").code == 0


@pytest.mark.parametrize(
    ("words", "known"), [("rendr", "render"), ("deplyo", "deploy"), ("Lint", "lint"), ("boot", "bootstrap")]
)
def test_an_unknown_command_suggests_the_nearest(words: str, known: str) -> None:
    run = gen(words)
    assert run.code == 2
    assert f"command '{words}' does not exist; known: bootstrap, " in run.err
    assert f"did you mean '{known}'?" in run.err
    assert run.out == ""


def test_a_command_like_no_other_points_to_help() -> None:
    run = gen("xyzzy", "--env", "dev")
    assert run.code == 2
    assert "see 'gen --help'" in run.err


@pytest.mark.parametrize(
    "words",
    [
        ("--nope",),
        ("render", "--nope"),
        ("render", "extra"),
        ("render", "--env"),
        ("lint", "--env", "dev"),
        ("render", "--all-envs=yes"),
    ],
    ids=" ".join,
)
def test_a_wrong_option_or_argument_exits_2(words: tuple[str, ...]) -> None:
    run = gen(*words)
    assert (run.code, run.out) == (2, "")
    assert "error: " in run.err
    assert "  fix: " in run.err
    assert "Traceback" not in run.err


def test_an_option_that_is_misspelt_is_suggested() -> None:
    assert "--all-envs" in gen("render", "--all-env").err


@pytest.mark.parametrize("environment", ["", "x" * 300, "../dev", "dev.yml", "DEV", "d\u00e9v", "a b", "-"])
def test_any_environment_name_is_answered(environment: str) -> None:
    run = gen("render", f"--env={environment}", "--check", "--no-lint")
    assert run.code == 2
    assert "does not exist; known: dev, prod, staging" in run.err


def test_common_options_stand_before_or_after_the_command(tmp_path: Path) -> None:
    for words in (("--config", tmp_path, "render"), ("render", "--config", tmp_path)):
        run = gen(*words)
        assert run.code == 2
        assert "no environment file" in run.err


def test_wrong_environment_files_exit_2_and_are_all_named(tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / f"{name}.yml").write_text("production: maybe\n")
    run = gen("render", "--config", tmp_path)
    assert run.code == 2
    assert "one.yml:1: production" in run.err
    assert "two.yml:1: production" in run.err


def completed(*words: str, incomplete: str) -> set[str]:
    """What a shell would offer after ``gen <words>``."""
    line = ["gen", *words, incomplete]
    done = subprocess.run(
        [sys.executable, ROOT / "cli.py"],
        env={
            **clean_environment(),
            "_GEN_COMPLETE": "bash_complete",
            "COMP_WORDS": " ".join(line),
            "COMP_CWORD": str(len(line) - 1),
        },
        capture_output=True,
        text=True,
        timeout=TIMEOUT_S,
        check=False,
    )
    assert done.stderr == ""
    return {one.partition(",")[2] for one in done.stdout.splitlines()}


def test_a_shell_completes_commands_options_and_names() -> None:
    assert completed(incomplete="") == set(cli.COMMANDS)
    assert completed(incomplete="d") == {name for name in cli.COMMANDS if name.startswith("d")}
    assert completed("render", "--env", incomplete="") == {"dev", "prod", "staging"}
    assert completed("deploy", "--env", incomplete="p") == {"prod"}
    assert completed("render", "--region", incomplete="us-e") == {"us-east-1"}
    stacks = {path.stem for path in (ROOT / "templates_out").glob("*/*/*.json")}
    assert {"bootstrap", "items"} <= stacks == completed("render", "--stack", incomplete="")
    assert completed("render", incomplete="--a") == {"--all-envs"}


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_every_shell_can_be_taught_completion(shell: str) -> None:
    run = gen_process(environment={"_GEN_COMPLETE": f"{shell}_source"})
    assert run.code == 0
    assert f"_GEN_COMPLETE={shell}_complete" in run.out


def imported_by(*words: str) -> set[str]:
    """The heavy libraries that a call of `gen` imports."""
    script = (
        "import sys, json, cli\n"
        "try: cli.main(sys.argv[1:])\n"
        "except SystemExit: pass\n"
        "print('\\n' + json.dumps(sorted(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, *words],
        cwd=ROOT,
        env=clean_environment(),
        capture_output=True,
        text=True,
        timeout=TIMEOUT_S,
        check=True,
    )
    modules = {one.partition(".")[0] for one in json.loads(done.stdout.splitlines()[-1])}
    return modules & HEAVY


def test_help_imports_nothing_heavy() -> None:
    assert imported_by("-h") == set()


@pytest.mark.parametrize("name", sorted(set(cli.COMMANDS) - {"render"}))
def test_only_render_pays_for_the_components(name: str) -> None:
    assert not imported_by(name, "-h") & {"troposphere", "awacs", "cfnlint", "boto3", "botocore", "yaml"}


def test_rendering_without_lint_does_not_pay_for_cfn_lint(tmp_path: Path) -> None:
    assert not imported_by("render", "--no-lint", "--out", str(tmp_path)) & {"cfnlint", "boto3", "botocore"}
