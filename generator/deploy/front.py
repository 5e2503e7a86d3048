"""What a run over several stacks shows: whose words are whose, one question at a time, lines below."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace

from generator.console import Console
from generator.deploy import history
from generator.deploy.cloud import Cloud, Event
from generator.deploy.failure import OPERATION_STARTS
from generator.deploy.graph import Question
from generator.deploy.job import Ask
from generator.deploy.outcome import Outcome
from generator.deploy.progress import Board, Row
from generator.deploy.report import Report
from generator.deploy.template import Template
from generator.errors import DeployError, GenError, RefusedError, StillRunningError


@contextmanager
def shown(console: Console, board: Board) -> Iterator[Console]:
    """``console``, with a line a stack below on a terminal that can move its cursor; nowhere with ``-q``."""
    if console.quiet or not console.words.isatty() or os.environ.get("TERM") == "dumb":
        yield console
        return
    # rich takes a while to import, and only a terminal needs it.
    from generator.deploy import live

    screen = live.screen(console, board)
    with screen.open():
        yield replace(console, screen=screen)


@dataclass(frozen=True)
class Watched:
    """Puts the events of one stack on the board, and how long its operations took before."""

    board: Board
    stack: str
    cloud: Cloud
    live: bool

    def expect(self, resources: int) -> None:
        """See Progress."""
        self.board.change(self.stack, expected=resources)

    def making(self, change_set: str) -> None:
        """See Progress."""
        self.board.change(self.stack, change_set=change_set)

    def begins(self) -> None:
        """See Progress."""
        self.board.change(self.stack, begun=True)

    def event(self, event: Event) -> None:
        """See Progress. The history is read only where somebody sees the estimate."""
        self.board.event(self.stack, event)
        begins = event.of_stack and event.status in OPERATION_STARTS
        if self.live and begins and event.stack_id not in self.board.row(self.stack).nested:
            with suppress(DeployError):
                usual = history.usual(self.cloud.recent(event.stack_id), event.status)
                self.board.change(self.stack, usual=usual)


@dataclass(frozen=True)
class Front:
    """See ``graph.Front``. ``everything`` is the word that answers several stacks' questions at once."""

    console: Console
    reports: Mapping[str, Report]
    ask: Ask
    everything: str
    come_back: Callable[[Template], str]
    again: Callable[[Template], str]
    heard: Callable[[Outcome], None]

    def outcome(self, outcome: Outcome) -> None:
        """Say how a stack ended, and remember it."""
        self.heard(outcome)
        self.reports[outcome.stack].outcome(outcome)

    def answer(self, questions: Sequence[Question]) -> bool:
        """One question is asked as it is; several become one, with a line each above it."""
        with self.console.screen.asking():
            if len(questions) == 1:
                return self.ask(questions[0].text, questions[0].word)
            ordered = sorted(questions, key=lambda question: question.stack)
            for question in ordered:
                self.console.error(f"{question.stack}: {question.text}")
            return self.ask(f"all {len(ordered)} of these?", self.everything)

    def draw(self) -> None:
        """Redraw the lines below."""
        self.console.screen.draw()

    def detached(self, one: Template, row: Row) -> GenError:
        """AWS has not answered since the interrupt. Only what was asked for can be running."""
        asked = f"AWS was being asked for {one.key}"
        if row.begun:
            return StillRunningError(f"detached while {asked}; what has begun goes on", self.come_back(one))
        if not row.change_set:
            return RefusedError(f"interrupted while {asked}; nothing was begun", self.again(one))
        return RefusedError(
            f"interrupted while {asked}; nothing was executed, and change set {row.change_set} of "
            f"{one.gen.stack_name} may be left behind, a new stack in REVIEW_IN_PROGRESS too",
            f"the next deployment does not mind: {self.again(one)}",
        )

    def shut(self) -> None:
        """The other threads say nothing more."""
        self.console.screen.shut()
