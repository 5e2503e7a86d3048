"""Every mistake in a command line is answered with what is allowed and what to do next."""

from __future__ import annotations

import json

import click
import pytest

import cli
from generator.commands import usage
from tests.deploy.records import checked
from tests.support import gen

from .test_commands import command_of, lines_of_commands

MISTAKES = [
    (
        ("render", "--nope"),
        "gen render: there is no option '--nope'; known: --all-envs, --check, ",
        "gen render --help",
    ),
    (("render", "--all-env"), "no option '--all-env'", "did you mean '--all-envs'?"),
    (("render", "--al"), "no option '--al'", "did you mean '--all-envs'?"),
    (("deploy", "-z"), "gen deploy: there is no option '-z'", "gen deploy --help"),
    (("--jsn",), "gen: there is no option '--jsn'", "did you mean '--json'?"),
    (("render", "--env"), "gen render: --env takes a value; known: dev, prod, staging", "write: --env NAME"),
    (("deploy", "--parameter"), "gen deploy: --parameter takes a value", "write: --parameter NAME=VALUE"),
    (("render", "--all-envs=yes"), "--all-envs is a switch and takes no value", "write only: --all-envs"),
    (("diagnose",), "gen diagnose: STACK is missing; known: bootstrap, ", "for example: gen diagnose items"),
    (("rollback", "--continue"), "gen rollback: STACK is missing", "for example: gen rollback items"),
    (("bootstrap",), "gen bootstrap: --region is missing", "for example: gen bootstrap --region us-west-2"),
    (
        ("deploy", "--timeout", "0"),
        "--timeout 0 is not allowed; allowed: whole numbers from 1",
        "--timeout 60",
    ),
    (
        ("deploy", "--timeout", "soon"),
        "--timeout soon is not allowed; allowed: whole numbers",
        "--timeout 60",
    ),
    (
        ("deploy", "--parallel", "65"),
        "--parallel 65 is not allowed; allowed: whole numbers from 1 to 64",
        "--parallel 8",
    ),
    (("local", "up", "--port", "80"), "gen local up: --port 80 is not allowed", "for example: --port 1024"),
    (
        ("render", "--config", ""),
        "--config: the path is empty",
        "correct the value of --config, or leave it out",
    ),
    (("deploy", "items"), "'items' is too much; it takes options only", "did you mean '--stack items'?"),
    (("render", "a", "b"), "'a', 'b' is too much; it takes options only", "gen render --help"),
    (("cancel", "items", "b"), "'b' is too much; it takes STACK and options", "gen cancel --help"),
    (
        ("local", "upp"),
        "command 'upp' does not exist; known: down, logs, run, status, up",
        "did you mean 'up'?",
    ),
    (("deplyo",), "command 'deplyo' does not exist; known: ", "did you mean 'deploy'?"),
]


@pytest.mark.parametrize(("words", "problem", "fix"), MISTAKES, ids=lambda value: str(value)[:40])
def test_a_mistake_is_named_with_what_is_allowed_and_what_to_do(
    words: tuple[str, ...], problem: str, fix: str
) -> None:
    run = gen(*words)
    assert (run.code, run.out) == (2, "")
    error, advice = run.err.splitlines()
    assert error.startswith("error: ")
    assert problem in error
    assert advice.startswith("  fix: ")
    assert fix in advice


@pytest.mark.parametrize(("words", "problem", "fix"), MISTAKES, ids=lambda value: str(value)[:40])
def test_scripts_read_it_as_a_record(words: tuple[str, ...], problem: str, fix: str) -> None:
    run = gen("--json", *words)
    record = checked(run.out)
    assert (run.code, record["type"], record["code"]) == (2, "error", 2)
    assert problem in record["message"]
    assert fix in record["fix"]
    assert run.err.startswith("error: ")


def test_other_errors_are_records_too() -> None:
    run = gen("status", "--env", "nowhere", "--json")
    record = json.loads(run.out)
    assert (run.code, record["type"]) == (2, "error")
    assert "nowhere" in record["message"]


@pytest.mark.parametrize("line", list(lines_of_commands()), ids=" ".join)
@pytest.mark.parametrize("mistake", [("--nope",), ("--config",), ("--json=1",), ("a", "b", "c", "--no-such")])
def test_no_command_leaves_a_mistake_without_advice(line: tuple[str, ...], mistake: tuple[str, ...]) -> None:
    run = gen(*line, *mistake)
    assert run.code == 2
    assert "error: " in run.err
    assert "  fix: " in run.err
    assert "Traceback" not in run.err


def test_gen_local_alone_shows_its_help_and_scripts_learn_what_is_missing() -> None:
    run = gen("local")
    assert (run.code, "Commands:" in run.err) == (2, True)
    run = gen("local", "--json")
    assert checked(run.out)["message"] == (
        "gen local: a command is missing; known: down, logs, run, status, up"
    )


def test_choices_are_listed_and_the_nearest_suggested() -> None:
    command = click.Command("x", params=[click.Option(["--format"], type=click.Choice(["text", "json"]))])
    with pytest.raises(click.UsageError) as raised:
        command.main(["--format", "jsn"], prog_name="gen x", standalone_mode=False)
    found = usage.explained(raised.value)
    assert found.message == "gen x: --format jsn is not allowed; allowed: text, json"
    assert found.fix == "did you mean 'json'?"


def test_an_error_of_click_without_a_context_points_to_help() -> None:
    found = usage.explained(click.UsageError("odd"))
    assert (found.message, found.fix) == ("odd", "see: gen --help")


def test_every_command_reports_its_mistakes_with_its_own_name() -> None:
    for name in cli.COMMANDS:
        assert isinstance(command_of(name), click.Command)
        assert f"error: gen {name}: " in gen(name, "--no-such-option").err
