"""All that the deployment of one stack works with, as one frozen value."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from generator.deploy import template as templates
from generator.deploy.cloud import Cloud
from generator.deploy.report import Report
from generator.deploy.template import Gen, Template
from generator.deploy.watch import Clock, Wait

AT_ONCE = 8

# (question, word to type) → whether the person typed it; raises RefusedError where nobody can be asked.
Ask = Callable[[str, str], bool]


@dataclass(frozen=True)
class Options:
    """What a person asked for.

    ``adopt`` takes resources that exist already into the stack, ``revert_drift`` undoes changes made outside
    CloudFormation, ``recreate`` lets a half-made stack be deleted. ``attach_only`` follows what runs, and
    starts nothing. ``at_once`` is how many stacks are worked on side by side.
    """

    given: Mapping[str, str] = field(default_factory=dict)
    allow_replace: frozenset[str] = frozenset()
    plan_only: bool = False
    timeout_minutes: float = 60
    adopt: bool = False
    revert_drift: bool = False
    recreate: bool = False
    attach_only: bool = False
    at_once: int = AT_ONCE


@dataclass(frozen=True)
class Tools:
    """What the loop needs from outside: time, chance, a person.

    ``answered``: the person said yes to everything beforehand, so ``ask`` never waits. ``stop`` is set when
    we are to stop waiting, and to begin nothing more; ``clock`` looks at it too.
    """

    ask: Ask
    clock: Clock
    token: Callable[[], str]
    interval: float
    answered: bool = False
    stop: threading.Event = field(default_factory=threading.Event)

    def raise_if_stopped(self) -> None:
        """KeyboardInterrupt once ``stop`` is set. For the moment before every call that begins something.

        The clock alone would not do: where every answer is there at once, nobody sleeps.
        """
        if self.stop.is_set():
            raise KeyboardInterrupt


@dataclass(frozen=True)
class Job:
    """One stack to deploy.

    ``body`` and ``content`` are the committed template, or what stands for it on the embedded AWS.
    ``found`` holds parameters from other stacks' outputs and from packages. ``bucket`` takes a template that
    is too large for the request; ``account`` must own it. ``where`` are the options that led here,
    ``checks`` those that left out checks of the templates.
    """

    template: Template
    content: bytes
    body: Mapping[str, object]
    cloud: Cloud
    report: Report
    options: Options
    tools: Tools
    account: str
    bucket: str
    found: Mapping[str, str]
    where: str = ""
    checks: str = ""

    @property
    def stack_name(self) -> str:
        """The stack's name in CloudFormation."""
        return self.template.gen.stack_name

    @property
    def production(self) -> bool:
        """Whether people depend on it."""
        return self.template.gen.production

    @property
    def again(self) -> str:
        """The command that comes back to this stack."""
        gen = self.template.gen
        place = f"--env {gen.environment} --region {gen.region} --stack {gen.service}"
        return f"gen deploy {place}{self.where}{self.checks}"

    @property
    def come_back(self) -> str:
        """What to run after we stopped waiting."""
        return come_back(self.template.gen, self.where)

    def wait(self) -> Wait:
        """A wait that begins now."""
        until = self.tools.clock.now() + self.options.timeout_minutes * 60
        return Wait(self.tools.clock, until, self.tools.interval)

    def creation(self) -> bytes:
        """What a CREATE sends: the template with its protection off."""
        protect_last = self.template.gen.protect_last
        if not protect_last:
            return self.content
        return templates.compact(templates.without_protection(self.body, protect_last))


def come_back(gen: Gen, where: str) -> str:
    """The commands for an operation that goes on without us. ``where`` are the options that led to it."""
    place = f"--env {gen.environment} --region {gen.region}"
    return (
        f"to follow it: gen deploy --attach {place} --stack {gen.service}{where}; "
        f"to stop it: gen cancel {gen.service} {place}{where}"
    )
