"""A command on one stack after another: the calling thread hears of Ctrl-C and asks a person meanwhile."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass, replace
from queue import Empty, SimpleQueue
from typing import TypeVar

from generator.console import Console
from generator.deploy import interrupt
from generator.deploy.graph import GRACE_S, TICK_S, Question
from generator.deploy.interrupt import Interrupts
from generator.deploy.job import Tools
from generator.errors import GenError

T = TypeVar("T")
Inbox = SimpleQueue[Question | None]  # None: the thread has ended


@dataclass(frozen=True)
class Attendant:
    """Does pieces of work in threads of their own, for as long as signals are caught."""

    tools: Tools
    console: Console
    interrupts: Interrupts

    def do(self, work: Callable[[Tools], T], detached: Callable[[], GenError]) -> T:
        """What ``work`` returns or raises; it asks with the tools that it is given.

        Raises what ``detached`` gives where the work has not come back some time after a signal, or when a
        second one came: it may hang in a call.
        """
        inbox: Inbox = SimpleQueue()
        ended: Future[T] = Future()
        threading.Thread(target=self._work, args=(work, inbox, ended), daemon=True).start()
        deadline: float | None = None
        while not ended.done() or not inbox.empty():
            self._hear(inbox)
            if self.tools.stop.is_set() and not ended.done():
                deadline = deadline or time.monotonic() + GRACE_S
                if time.monotonic() > deadline or self.interrupts.count > 1:
                    self.console.screen.shut()
                    raise detached()
        return ended.result()

    def _work(self, work: Callable[[Tools], T], inbox: Inbox, ended: Future[T]) -> None:
        def ask(text: str, word: str) -> bool:
            question = Question("", text, word)
            inbox.put(question)
            return question.answer.result()

        try:
            ended.set_result(work(self.tools if self.tools.answered else replace(self.tools, ask=ask)))
        except BaseException as error:  # The calling thread raises it.
            ended.set_exception(error)
        inbox.put(None)

    def _hear(self, inbox: Inbox) -> None:
        """Answer the next question, or let a moment pass."""
        try:
            question = inbox.get(timeout=TICK_S)
        except Empty:
            return
        if question is None:
            return
        try:
            self.tools.raise_if_stopped()
            with self.interrupts.raised():
                question.answer.set_result(self.tools.ask(question.text, question.word))
        except KeyboardInterrupt as error:
            self.tools.stop.set()
            question.answer.set_exception(error)
        except GenError as error:
            question.answer.set_exception(error)


@contextmanager
def attending(tools: Tools, console: Console) -> Iterator[Attendant]:
    """Catch signals for as long; see ``interrupt.caught``."""
    with interrupt.caught(tools.stop) as interrupts:
        yield Attendant(tools, console, interrupts)
