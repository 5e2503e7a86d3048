"""Ctrl-C, SIGTERM and SIGHUP for a run in several threads: they are noted.

Every wait looks at the note, and so does every step that begins something.
"""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

CAUGHT = (signal.SIGINT, signal.SIGTERM)
# A terminal that was closed, an ssh that was dropped. Not every platform has it.
HANGUP: signal.Signals | None = getattr(signal, "SIGHUP", None)


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


def to_catch() -> tuple[signal.Signals, ...]:
    """The signals that end our waiting. Under nohup SIGHUP is ignored already, and stays so."""
    if HANGUP is None or signal.getsignal(HANGUP) is signal.SIG_IGN:
        return CAUGHT
    return (*CAUGHT, HANGUP)


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
    before = {number: signal.signal(number, found.note) for number in to_catch()}
    try:
        yield found
    finally:
        for number, handler in before.items():
            signal.signal(number, signal.SIG_IGN if found.count else handler)
