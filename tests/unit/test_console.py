from __future__ import annotations

import io
import json
from pathlib import Path

import pytest

from generator.console import Console, console, wants_colour
from tests.support import gen, gen_process


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def written(*, json_lines: bool = False, quiet: bool = False) -> tuple[Console, io.StringIO, io.StringIO]:
    out, err = io.StringIO(), io.StringIO()
    return Console(results=out, words=err, json_lines=json_lines, quiet=quiet), out, err


def test_results_go_to_stdout_and_words_to_stderr() -> None:
    here, out, err = written()
    here.line("result")
    here.note("note")
    here.error("error")
    here.record({"a": 1})
    assert (out.getvalue(), err.getvalue()) == ("result\n", "note\nerror\n")


def test_with_json_stdout_takes_records_and_nothing_else() -> None:
    here, out, err = written(json_lines=True)
    here.line("result")
    here.note("note")
    here.record({"b": Path("x"), "a": "ä\nb"})
    assert out.getvalue() == '{"a": "\\u00e4\\nb", "b": "x"}\n'
    assert err.getvalue() == "result\nnote\n"


def test_quiet_keeps_results_and_errors() -> None:
    here, out, err = written(quiet=True)
    here.line("result")
    here.note("note")
    here.error("error")
    assert (out.getvalue(), err.getvalue()) == ("result\n", "error\n")


def test_colour_is_on_for_terminals_only() -> None:
    assert Console(Terminal(), Terminal(), colour=True).paint("red", "x") == "\x1b[31mx\x1b[0m"
    assert Console(Terminal(), Terminal()).paint("red", "x") == "x"
    assert not wants_colour(io.StringIO(), refused=False)
    assert not wants_colour(Terminal(), refused=True)


@pytest.mark.parametrize(("value", "colour"), [("", True), ("0", False), ("1", False)])
def test_no_color_is_heard_when_it_is_not_empty(
    value: str, colour: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_COLOR", value)
    monkeypatch.setenv("TERM", "xterm")
    assert wants_colour(Terminal(), refused=False) is colour


def test_a_terminal_that_knows_no_escape_codes_has_no_colour(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "dumb")
    assert not wants_colour(Terminal(), refused=False)


def test_a_console_of_this_process_has_no_colour_when_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setattr("sys.stdout", Terminal())
    assert not console().colour, "stderr is none"
    monkeypatch.setattr("sys.stderr", Terminal())
    assert console().colour
    assert not console(no_color=True).colour


def test_render_has_no_escape_codes_in_a_pipe(tmp_path: Path) -> None:
    run = gen_process("render", "--no-lint", "--out", tmp_path, environment={"FORCE_COLOR": "1"})
    assert run.code == 0
    assert "written" in run.out
    assert "\x1b" not in run.words


@pytest.mark.parametrize("place", ["before", "after"])
def test_json_stands_before_or_after_the_command(place: str, tmp_path: Path) -> None:
    words: list[str | Path] = ["render", "--all-envs", "--no-lint", "--out", tmp_path]
    run = gen("--json", *words) if place == "before" else gen(*words, "--json")
    records = [json.loads(line) for line in run.out.splitlines()]
    assert len(records) == len(list(tmp_path.glob("*/*/*.json")))
    assert {record["state"] for record in records} == {"written"}
    assert all(record["bytes"] > 1000 for record in records)
    assert "written" in run.err
