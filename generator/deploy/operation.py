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
    """

    template: Template
    cloud: Cloud
    report: Report
    tools: Tools
    timeout_minutes: float
    where: str
    again: str

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
            return f"gen {verb} {place} --stack {gen.service}{self.where}"
        return f"gen {verb} {gen.service} {place}{self.where}"

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
        try:
            start(self.tools.token())
        except LostError as error:
            raise StillRunningError(error.message, come_back(self.template.gen, self.where)) from error
        return watch.follow(
            self.cloud,
            stack_id,
            after=before,
            wait=self.wait(),
            show=self.report.event,
            again=come_back(self.template.gen, self.where),
        )

    def attach(self, stack: Stack) -> Stack:
        """Follow an operation that somebody else began to its end."""
        self.report.note(f"{stack.status}: somebody's operation is running; following it")
        again = come_back(self.template.gen, self.where)
        settled, _ = watch.attach(self.cloud, stack, wait=self.wait(), show=self.report.event, again=again)
        return settled
