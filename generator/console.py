"""What people and scripts see: words to stderr, results to stdout, colour only on terminals."""

from __future__ import annotations

import json
import os
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TextIO

CODES = {"bold": "1", "red": "31", "green": "32", "yellow": "33", "dim": "2", "cyan": "36"}
# For a stream whose encoding lacks them.
PLAIN = str.maketrans({"→": "->", "…": "...", "—": "-", "·": "-"})


class Screen:
    """Where lines go, one at a time: threads take turns. ``generator.deploy.live`` draws below them."""

    live = False

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._only: int | None = None

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Several lines that belong together: no other thread writes in between."""
        with self._lock:
            yield

    @contextmanager
    def asking(self) -> Iterator[None]:
        """A question to a person: nothing else is written meanwhile."""
        with self._lock:
            yield

    def write(self, stream: TextIO, text: str) -> None:
        """One line to ``stream``."""
        with self._lock:
            if self._only in {None, threading.get_ident()}:
                self.put(stream, text)

    def put(self, stream: TextIO, text: str) -> None:
        """Write one line, which nobody else does at this moment."""
        put(stream, text)

    def draw(self) -> None:
        """Redraw what stays at the bottom, if anything does."""

    def shut(self) -> None:
        """Only the calling thread is heard from now on: nobody waits for the others any more."""
        with self._lock:
            self._only = threading.get_ident()


@dataclass(frozen=True)
class Console:
    """Where a command writes. ``results`` takes what scripts read, ``words`` takes what people read.

    ``json_lines`` means that ``results`` takes one JSON object a line and nothing else.
    """

    results: TextIO
    words: TextIO
    json_lines: bool = False
    quiet: bool = False
    colour: bool = False
    verbose: bool = False
    screen: Screen = field(default_factory=Screen, compare=False)

    def line(self, text: str = "") -> None:
        """A line of the result, for people. In JSON mode it goes to stderr with the other words."""
        self.screen.write(self.words if self.json_lines else self.results, text)

    def note(self, text: str) -> None:
        """Progress and explanations; silent with ``-q``."""
        if not self.quiet:
            self.screen.write(self.words, text)

    def error(self, text: str) -> None:
        """Something went wrong; never silent."""
        self.screen.write(self.words, text)

    def record(self, value: Mapping[str, object]) -> None:
        """One JSON object on stdout, in JSON mode only. Keys are sorted, so runs can be compared."""
        if self.json_lines:
            self.screen.write(self.results, json.dumps(value, sort_keys=True, default=str))

    def paint(self, style: str, text: str) -> str:
        """``text`` in a style of CODES where colour is on, else unchanged."""
        return f"\x1b[{CODES[style]}m{text}\x1b[0m" if self.colour else text


def put(stream: TextIO, text: str) -> None:
    """Write a line. A reader that went away (``gen … | head``) takes nothing more, and ends nothing.

    What is under way, a deployment for example, goes on to its end and has its own exit code.
    """
    try:
        print(carried(text, stream.encoding), file=stream, flush=True)
    except BrokenPipeError:
        drop(stream)
    except OSError as problem:
        drop(stream)
        if stream is not sys.stderr:
            put(sys.stderr, f"error: the rest cannot be written to stdout: {problem.strerror}")


def drop(stream: TextIO) -> None:
    """Let everything that is still written to a closed pipe vanish, also the buffer at the end of Python."""
    nothing = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nothing, stream.fileno())
    os.close(nothing)


def carried(text: str, encoding: str | None) -> str:
    """``text`` as a stream of that encoding can carry it: arrows become ASCII, the rest question marks."""
    try:
        text.encode(encoding or "utf-8")
    except UnicodeEncodeError as error:
        return text.translate(PLAIN).encode(error.encoding, "replace").decode(error.encoding)
    return text


def nowhere() -> TextIO:
    """Stands for a stream that was closed before we started (``gen … >&-``)."""
    return Path(os.devnull).open("w", encoding="utf-8")


def wants_colour(stream: TextIO, *, refused: bool) -> bool:
    """Colour only on a terminal, and never with ``--no-color`` or a non-empty NO_COLOR (no-color.org).

    A terminal that is called dumb knows no escape codes.
    """
    refused = refused or bool(os.environ.get("NO_COLOR")) or os.environ.get("TERM") == "dumb"
    return not refused and stream.isatty()


def console(
    *, json_lines: bool = False, quiet: bool = False, no_color: bool = False, verbose: bool = False
) -> Console:
    """The console of this process. Painted lines go to both streams, so both have to be terminals."""
    results, words = sys.stdout or nowhere(), sys.stderr or nowhere()
    people = (words,) if json_lines else (results, words)
    return Console(
        results=results,
        words=words,
        json_lines=json_lines,
        quiet=quiet,
        colour=all(wants_colour(stream, refused=no_color) for stream in people),
        verbose=verbose,
    )
