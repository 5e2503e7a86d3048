"""What people and scripts see: words to stderr, results to stdout, colour only on terminals."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TextIO

CODES = {"bold": "1", "red": "31", "green": "32", "yellow": "33", "dim": "2", "cyan": "36"}


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

    def line(self, text: str = "") -> None:
        """A line of the result, for people. In JSON mode it goes to stderr with the other words."""
        print(text, file=self.words if self.json_lines else self.results, flush=True)

    def note(self, text: str) -> None:
        """Progress and explanations; silent with ``-q``."""
        if not self.quiet:
            print(text, file=self.words, flush=True)

    def error(self, text: str) -> None:
        """Something went wrong; never silent."""
        print(text, file=self.words, flush=True)

    def record(self, value: Mapping[str, object]) -> None:
        """One JSON object on stdout, in JSON mode only. Keys are sorted, so runs can be compared."""
        if self.json_lines:
            print(json.dumps(value, sort_keys=True, default=str), file=self.results, flush=True)

    def paint(self, style: str, text: str) -> str:
        """``text`` in a style of CODES where colour is on, else unchanged."""
        return f"\x1b[{CODES[style]}m{text}\x1b[0m" if self.colour else text


def wants_colour(stream: TextIO, *, refused: bool) -> bool:
    """Colour only on a terminal, and never with ``--no-color`` or a non-empty NO_COLOR (no-color.org)."""
    return not refused and not os.environ.get("NO_COLOR") and stream.isatty()


def console(*, json_lines: bool = False, quiet: bool = False, no_color: bool = False) -> Console:
    """The console of this process."""
    return Console(
        results=sys.stdout,
        words=sys.stderr,
        json_lines=json_lines,
        quiet=quiet,
        colour=wants_colour(sys.stderr if json_lines else sys.stdout, refused=no_color),
    )
