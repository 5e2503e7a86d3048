"""One operation of CloudFormation on one stack, from a person's consent to its end."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from generator.deploy import watch
from generator.deploy.cloud import Cloud, Event, LostError, Stack
from generator.deploy.job import Tools, come_back
from generator.deploy.report import Report
from generator.deploy.template import Template
from generator.deploy.watch import Wait
from generator.errors import RefusedError, StillRunningError


@dataclass(frozen=True)
class Operation:
    """What every command that changes a stack works with.

    ``again`` is the command that comes back to it, ``where`` the options that lead to its endpoint.
    ``follow`` says what to run after we stopped waiting; empty for the commands that follow and cancel.
    """

    template: Template
    cloud: Cloud
    report: Report
    tools: Tools
    timeout_minutes: float
    where: str
    again: str
    follow: str = ""
    checks: str = ""  # options of `gen deploy` that leave out its checks of templates

    @property
    def name(self) -> str:
        """The stack's name in CloudFormation."""
        return self.template.gen.stack_name

    @property
    def production(self) -> bool:
        """Whether people depend on the stack."""
        return self.template.gen.production

    def command(self, verb: str) -> str:
        """``gen <verb>`` for this stack: ``deploy`` and ``delete`` take it as an option, others by name."""
        gen = self.template.gen
        place = f"--env {gen.environment} --region {gen.region}"
        if verb in {"deploy", "delete"}:
            checks = self.checks if verb == "deploy" else ""
            return f"gen {verb} {place} --stack {gen.service}{self.where}{checks}"
        return f"gen {verb} {gen.service} {place}{self.where}"

    @property
    def come_back(self) -> str:
        """What to run after we stopped waiting."""
        return self.follow or come_back(self.template.gen, self.where)

    def interrupted(self) -> RefusedError:
        """The error for a signal that came while nothing was running."""
        return RefusedError(f"{self.template.key}: interrupted while nothing was running", self.again)

    def detached(self) -> StillRunningError:
        """The error for a call that has not come back since a signal."""
        return StillRunningError(
            f"detached while AWS was being asked for {self.template.key}; what has begun goes on",
            self.come_back,
        )

    def ask(self, question: str) -> None:
        """RefusedError unless a person types the stack's name, or said yes beforehand.

        KeyboardInterrupt where a signal came with the answer.
        """
        if not self.tools.ask(question, self.name):
            raise RefusedError(f"{self.template.key}: not confirmed, nothing was done", f"{self.again} --yes")
        self.tools.raise_if_stopped()

    def wait(self) -> Wait:
        """A wait that begins now."""
        until = self.tools.clock.now() + self.timeout_minutes * 60
        return Wait(self.tools.clock, until, self.tools.interval)

    def run(self, stack_id: str, start: Callable[[str], None]) -> tuple[Stack, tuple[Event, ...]]:
        """Start an operation (``start`` takes its token) and follow it to its end.

        StillRunningError where nobody can tell whether it has started; KeyboardInterrupt where we were
        stopped before.
        """
        before = self.cloud.last_event(stack_id)
        self.tools.raise_if_stopped()
        self.report.progress.begins()
        try:
            start(self.tools.token())
        except LostError as error:
            raise StillRunningError(error.message, self.come_back) from error
        return watch.follow(
            self.cloud,
            stack_id,
            after=before,
            wait=self.wait(),
            show=self.report.event,
            again=self.come_back,
        )

    def attach(self, stack: Stack) -> Stack:
        """Follow an operation that somebody else began to its end."""
        self.report.progress.begins()
        self.report.note(f"{stack.status}: somebody's operation is running; following it")
        settled, _ = watch.attach(
            self.cloud, stack, wait=self.wait(), show=self.report.event, again=self.come_back
        )
        return settled
