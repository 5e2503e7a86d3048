"""The lines at the bottom of a terminal, drawn by rich. Imported only where there is a terminal."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TextIO

from rich.console import Console as Terminal
from rich.live import Live
from rich.text import Text

from generator.console import Console, Screen, carried, put
from generator.deploy.progress import FULL, Board

REDRAW_S = 0.2


class LiveScreen(Screen):
    """Lines scroll above, one line a stack stays below and is redrawn in place."""

    live = True

    def __init__(self, terminal: Terminal, board: Board) -> None:
        super().__init__()
        self._terminal = terminal
        self._board = board
        self._ascii = carried(FULL, terminal.encoding) != FULL
        self._drawn = 0.0
        self._shown = Text()
        self._live = Live(
            get_renderable=self._picture,
            console=terminal,
            auto_refresh=False,
            transient=True,
            redirect_stdout=False,
            redirect_stderr=False,
        )

    def _picture(self) -> Text:
        # The last column stays empty: a character there makes some terminals begin a new line.
        width = max(1, self._terminal.width - 1)
        lines = self._board.lines(width, ascii_only=self._ascii)
        return Text("\n".join(lines), no_wrap=True, overflow="crop", end="")

    @contextmanager
    def asking(self) -> Iterator[None]:
        """See Screen. The lines below go away for as long."""
        with self._lock:
            self._live.stop()
            try:
                yield
            finally:
                self._live.start()

    def put(self, stream: TextIO, text: str) -> None:
        """Above the lines that stay, where the stream is this terminal too; else to its file or pipe."""
        if not stream.isatty():
            put(stream, text)
            return
        plain = carried(text, self._terminal.encoding)
        self._terminal.print(Text.from_ansi(plain), soft_wrap=True)

    def draw(self) -> None:
        """Draw what has changed, a few times a second at most: what stays the same does not flicker."""
        now = time.monotonic()
        if now - self._drawn < REDRAW_S:
            return
        self._drawn = now
        with self._lock:
            if (picture := self._picture()) != self._shown:
                self._shown = picture
                self._live.refresh()

    @contextmanager
    def open(self) -> Iterator[None]:
        """Draw from here on, and leave no line behind."""
        with self._lock:
            self._live.start()
        try:
            yield
        finally:
            with self._lock:
                self._live.stop()


def screen(console: Console, board: Board) -> LiveScreen:
    """A screen at the terminal of ``console.words``."""
    terminal = Terminal(
        file=console.words, force_terminal=True, no_color=not console.colour, highlight=False, markup=False
    )
    return LiveScreen(terminal, board)
