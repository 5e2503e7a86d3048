"""The lines at the bottom of a terminal, and what scrolls above them."""

from __future__ import annotations

import io
import re

import pytest

from generator.console import Console, Screen
from generator.deploy import front, live
from generator.deploy.progress import Board
from generator.deploy.report import Report

from .test_progress import event


class Tty(io.StringIO):
    """A terminal in memory."""

    encoding = "utf-8"

    def isatty(self) -> bool:
        return True


class AsciiTty(Tty):
    encoding = "ascii"


def screens(stream: Tty, board: Board, monkeypatch: pytest.MonkeyPatch, columns: int) -> live.LiveScreen:
    monkeypatch.setenv("COLUMNS", str(columns))
    monkeypatch.setenv("LINES", "24")
    monkeypatch.setenv("TERM", "xterm")
    return live.screen(Console(stream, stream), board)


@pytest.mark.parametrize("kind", [Tty, AsciiTty])
@pytest.mark.parametrize("columns", [10, 40, 120])
def test_lines_below_fit_any_terminal_and_any_encoding(
    monkeypatch: pytest.MonkeyPatch, columns: int, kind: type[Tty]
) -> None:
    stream = kind()
    board = Board(["us-west-2/items", "us-west-2/other"], lambda: 1.0)
    screen = screens(stream, board, monkeypatch, columns)
    with screen.open():
        for key in ("us-west-2/items", "us-west-2/other"):
            board.event(key, event("UPDATE_IN_PROGRESS"))
        screen.draw()
    drawn = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", stream.getvalue())
    assert all(len(line) < columns for line in re.split(r"[\r\n]", drawn))
    assert "us-west-2"[: columns - 1] in drawn
    assert drawn.isascii() or kind is Tty


def test_words_scroll_above_and_nothing_stays_below(monkeypatch: pytest.MonkeyPatch) -> None:
    stream = Tty()
    board = Board(["us-west-2/items"], lambda: 1.0)
    screen = screens(stream, board, monkeypatch, 80)
    here = Console(stream, stream, screen=screen)
    with screen.open():
        board.change("us-west-2/items", state="preparing")
        screen.draw()
        here.note("a word → with an arrow")
        with screen.asking():
            here.error("a question")
        board.change("us-west-2/items", ended=True)
    plain = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", stream.getvalue())
    assert "a word → with an arrow\n" in plain
    assert "a question\n" in plain


def test_only_a_terminal_that_can_move_its_cursor_has_lines_below(monkeypatch: pytest.MonkeyPatch) -> None:
    board = Board([], lambda: 0.0)
    monkeypatch.setenv("TERM", "xterm")
    for here, expected in (
        (Console(Tty(), Tty()), True),
        (Console(Tty(), Tty(), quiet=True), False),
        (Console(Tty(), io.StringIO()), False),
    ):
        with front.shown(here, board) as found:
            assert found.screen.live is expected
    monkeypatch.setenv("TERM", "dumb")
    with front.shown(Console(Tty(), Tty()), board) as found:
        assert not found.screen.live


def test_on_a_terminal_only_failures_scroll_unless_more_is_asked_for() -> None:
    class Below(Screen):
        live = True

    told = [event("CREATE_COMPLETE", "A"), event("CREATE_FAILED", "B"), event("CREATE_IN_PROGRESS", "C")]
    for verbose, expected in ((False, ["B"]), (True, ["A", "B", "C"])):
        words = io.StringIO()
        report = Report(Console(io.StringIO(), words, verbose=verbose, screen=Below()), "us-west-2/items")
        for one in told:
            report.event(one)
        assert [line.split()[2] for line in words.getvalue().splitlines()] == expected
