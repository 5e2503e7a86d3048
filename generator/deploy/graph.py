"""Works on stacks side by side, each after those it depends on.

Every stack has a thread. The calling thread starts them, asks a person, draws, and hears of Ctrl-C; threads
only ever wait for a clock, for AWS, or for an answer.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from queue import Empty, SimpleQueue
from typing import Protocol

from generator.deploy import interrupt, order
from generator.deploy.outcome import Outcome, Skipped, Stopped, error_of, is_detached
from generator.deploy.progress import ANSWERED, ASKING, PREPARING, Board, Row
from generator.deploy.template import Template
from generator.errors import GenError

TICK_S = 0.1
# After Ctrl-C: for threads that are in the middle of a call, or tidy up a change set.
GRACE_S = 3.0

Work = Callable[[Template], Outcome]

NOT_ITS_TURN = "we stopped waiting before its turn"


@dataclass(frozen=True)
class Question:
    """A stack's thread waits until a person has answered."""

    stack: str
    text: str
    word: str
    answer: Future[bool] = field(default_factory=Future)


@dataclass(frozen=True)
class Ended:
    """A stack's thread is done; ``bug`` is what it should never have raised."""

    stack: str
    outcome: Outcome | None
    bug: BaseException | None = None


class Front(Protocol):
    """What the calling thread does with what it hears."""

    def outcome(self, outcome: Outcome) -> None:
        """A stack ended."""

    def answer(self, questions: Sequence[Question]) -> bool:
        """Ask a person once for all of ``questions``. KeyboardInterrupt, or GenError where nobody is."""

    def draw(self) -> None:
        """Some time has passed."""

    def detached(self, one: Template, row: Row) -> GenError:
        """What to say of a stack whose thread did not come back in time; ``row`` is how far it was."""

    def shut(self) -> None:
        """Threads that nobody waits for say nothing more."""


class Desk:
    """Where threads leave their questions and their ends."""

    def __init__(self) -> None:
        self.inbox: SimpleQueue[Question | Ended] = SimpleQueue()

    def ask(self, stack: str, text: str, word: str) -> bool:
        """Called by a stack's thread. Waits; raises what the person's end raised."""
        question = Question(stack, text, word)
        self.inbox.put(question)
        return question.answer.result()


class Graph:
    """One run over ``selected`` (in order), of which ``at_once`` at most are worked on at the same time."""

    def __init__(
        self, selected: Sequence[Template], *, at_once: int, desk: Desk, board: Board, front: Front
    ) -> None:
        self._templates = {one.key: one for one in selected}
        self._heights = order.heights(selected)
        self._at_once = at_once
        self._desk = desk
        self._board = board
        self._front = front
        self._ended: dict[str, Outcome] = {}
        self._working: set[str] = set()
        self._questions: list[Question] = []
        self._granted: list[Question] = []
        self._bug: BaseException | None = None

    def run(self, work: Work, stop: threading.Event) -> tuple[Outcome, ...]:
        """``work`` on every stack, unless one it depends on failed; the outcomes in order.

        Raises what ``work`` should not have raised, after the others had time to end.
        """
        deadline: float | None = None
        with interrupt.caught(stop) as interrupts:
            while len(self._ended) < len(self._templates):
                self._hear()
                self._release()
                self._start(work, stop)
                if stop.is_set():
                    self._refuse(KeyboardInterrupt())
                    deadline = deadline or time.monotonic() + GRACE_S
                    if time.monotonic() > deadline or interrupts.count > 1:
                        self._abandon()
                elif self._questions and not self._prepares():
                    self._answer(interrupts, stop)
                self._front.draw()
        if self._bug is not None:
            raise self._bug
        return tuple(self._ended[key] for key in self._templates)

    def _start(self, work: Work, stop: threading.Event) -> None:
        """Start what can be started, the longest chain first, and skip what can no longer be."""
        for key, one in self._templates.items():
            if key in self._ended or key in self._working:
                continue
            blockers = [name for name in one.dependencies if name in self._ended and self._failed(name)]
            if blockers:
                self._end(Skipped(key, f"it depends on {', '.join(blockers)}"))
            elif stop.is_set() or any(map(is_detached, self._ended.values())):
                self._end(Skipped(key, NOT_ITS_TURN))
        ready = [
            key
            for key, one in self._templates.items()
            if key not in self._ended
            and key not in self._working
            and all(name in self._ended for name in one.dependencies if name in self._templates)
        ]
        ready.sort(key=lambda key: -self._heights[key])
        for key in ready[: self._room()]:
            self._working.add(key)
            self._board.change(key, state=PREPARING)
            arguments = (work, self._templates[key])
            threading.Thread(target=self._thread, args=arguments, name=key, daemon=True).start()

    def _room(self) -> int:
        """How many more stacks may be worked on; those that wait for a person cost nothing meanwhile."""
        waiting = len(self._questions) + len(self._granted)
        return max(0, self._at_once - (len(self._working) - waiting))

    def _release(self) -> None:
        """Let stacks that were agreed to go on, as far as there is room."""
        for question in self._granted[: self._room()]:
            self._granted.remove(question)
            self._board.change(question.stack, state=ANSWERED)
            question.answer.set_result(True)

    def _thread(self, work: Work, one: Template) -> None:
        try:
            self._desk.inbox.put(Ended(one.key, work(one)))
        except BaseException as bug:  # The calling thread raises it.
            self._desk.inbox.put(Ended(one.key, None, bug))

    def _hear(self) -> None:
        """Take in the next message, and all that are there by then."""
        try:
            message = self._desk.inbox.get(timeout=TICK_S if self._working else 0)
            while True:
                self._take(message)
                message = self._desk.inbox.get_nowait()
        except Empty:
            return

    def _take(self, message: Question | Ended) -> None:
        if isinstance(message, Question):
            # Not before it is heard: until then the stack counts as one that may still ask.
            self._board.change(message.stack, state=ASKING)
            self._questions.append(message)
            return
        self._working.discard(message.stack)
        if message.outcome is not None:
            self._end(message.outcome)
        elif self._bug is None:
            self._bug = message.bug
            self._end(Skipped(message.stack, "gen has a bug"))

    def _end(self, outcome: Outcome) -> None:
        self._ended[outcome.stack] = outcome
        self._board.change(outcome.stack, ended=True)
        self._front.outcome(outcome)

    def _failed(self, key: str) -> bool:
        outcome = self._ended[key]
        return isinstance(outcome, Skipped) or error_of(outcome) is not None

    def _prepares(self) -> bool:
        """Whether a stack may still come to its question without anything being executed."""
        return any(self._board.row(key).state == PREPARING for key in self._working)

    def _answer(self, interrupts: interrupt.Interrupts, stop: threading.Event) -> None:
        try:
            with interrupts.raised():
                answer = self._front.answer(self._questions)
        except KeyboardInterrupt:
            stop.set()
            return
        except GenError as error:
            self._refuse(error)
            return
        if answer:
            self._granted += self._questions
        else:
            for question in self._questions:
                question.answer.set_result(answer)
        self._questions = []

    def _refuse(self, error: BaseException) -> None:
        for question in self._questions + self._granted:
            question.answer.set_exception(error)
        self._questions, self._granted = [], []

    def _abandon(self) -> None:
        """End without the threads that have not come back."""
        self._front.shut()
        for key in sorted(self._working):
            self._end(Stopped(key, self._front.detached(self._templates[key], self._board.row(key))))
        self._working.clear()
