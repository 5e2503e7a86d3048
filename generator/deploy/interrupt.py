"""Ctrl-C and SIGTERM for a run in several threads: they are noted, and every wait looks at the note."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

CAUGHT = (signal.SIGINT, signal.SIGTERM)


class Interrupts:
    """Sets ``stop`` for each signal, so that no thread is torn out of what it does."""

    def __init__(self, stop: threading.Event) -> None:
        self.count = 0
        self._stop = stop
        self._raises = False

    def note(self, _signal: int, _frame: FrameType | None) -> None:
        """The handler."""
        self.count += 1
        self._stop.set()
        if self._raises:
            self._raises = False
            raise KeyboardInterrupt

    @contextmanager
    def raised(self) -> Iterator[None]:
        """While a person is asked: the first signal ends the question."""
        self._raises = True
        try:
            yield
        finally:
            self._raises = False


@contextmanager
def caught(stop: threading.Event) -> Iterator[Interrupts]:
    """Handle the signals for as long.

    When one came, the process is about to end, and further ones stay ignored: a second Ctrl-C would
    only cut off the last words. Only the main thread gets signals; elsewhere nothing is changed.
    """
    found = Interrupts(stop)
    if threading.current_thread() is not threading.main_thread():
        yield found
        return
    before = {number: signal.signal(number, found.note) for number in CAUGHT}
    try:
        yield found
    finally:
        for number, handler in before.items():
            signal.signal(number, signal.SIG_IGN if found.count else handler)
