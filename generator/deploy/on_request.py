"""Commands on one stack that a person names: which stack is meant, and what became of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from generator.deploy import cancel as cancelling
from generator.deploy import diagnose, environment
from generator.deploy import rollback as rolling_back
from generator.deploy.attended import attending
from generator.deploy.cloud import Stack, StackMovedError
from generator.deploy.environment import Site
from generator.deploy.job import Tools
from generator.deploy.operation import Operation
from generator.deploy.outcome import Outcome, Stopped
from generator.deploy.template import Template
from generator.errors import GenError, UsageError

LOOKS = 3
Act = Callable[[Operation, Stack], Outcome]


@dataclass(frozen=True)
class Wanted:
    """The stack as it was named, the regions where it may be, and how long to wait for its end."""

    name: str
    regions: Sequence[str]
    timeout_minutes: float


def rollback(site: Site, wanted: Wanted, *, tools: Tools, continuing: bool, skip: Sequence[str]) -> Outcome:
    """``gen rollback``. UsageError where no stack, or more than one, is meant."""
    options = ["--continue"] if continuing else []
    options += [f"--skip {name}" for name in skip]

    def act(operation: Operation, stack: Stack) -> Outcome:
        return rolling_back.rollback(operation, stack, continuing=continuing, skip=skip)

    return told(prepared(site, wanted, tools, "rollback", options), site, act)


def cancel(site: Site, wanted: Wanted, *, tools: Tools) -> Outcome:
    """``gen cancel``. UsageError where no stack, or more than one, is meant."""
    return told(prepared(site, wanted, tools, "cancel", []), site, cancelling.cancel)


def prepared(site: Site, wanted: Wanted, tools: Tools, verb: str, options: Sequence[str]) -> Operation:
    """The operation on the stack that is meant."""
    one = meant(site, wanted)
    found = Operation(
        template=one,
        cloud=site.clouds(one.gen.region),
        report=site.report(one),
        tools=tools,
        timeout_minutes=wanted.timeout_minutes,
        where=site.where,
        again="",
    )
    return replace(found, again=" ".join([found.command(verb), *options]))


def meant(site: Site, wanted: Wanted) -> Template:
    """The one committed template whose stack is named."""
    found = [subject.template for subject in diagnose.subjects(site, wanted.name, wanted.regions)]
    templates = [one for one in found if one is not None]
    if not templates:
        raise UsageError(f"no committed template makes {wanted.name!r}", "name the stack of a template")
    if len(templates) > 1:
        regions = ", ".join(one.gen.region for one in templates)
        raise UsageError(f"there is a stack {wanted.name!r} in {regions}", "choose one with --region")
    return templates[0]


def told(operation: Operation, site: Site, act: Act) -> Outcome:
    """Check the account, act on the stack, and say how it ended."""
    key = operation.template.key
    with attending(operation.tools, site.console) as attendant:
        attendant.do(lambda _tools: environment.check_account(site, operation.cloud), operation.interrupted)
        operation.report.heading(operation.name)
        outcome: Outcome
        try:
            outcome = attendant.do(
                lambda tools: looked(replace(operation, tools=tools), act), operation.detached
            )
        except GenError as error:
            outcome = Stopped(key, error)
        except KeyboardInterrupt:
            outcome = Stopped(key, operation.interrupted())
        operation.report.outcome(outcome)
    return outcome


def looked(operation: Operation, act: Act) -> Outcome:
    """Act on the stack as it is. One that moves under us is read again, three times at most."""
    moved = 0
    while True:
        operation.tools.raise_if_stopped()
        stack = operation.cloud.stack(operation.name)
        if stack is None:
            gen = operation.template.gen
            raise UsageError(
                f"there is no stack {operation.name} in {gen.region}",
                f"see what is there: gen status --env {gen.environment}{operation.where}",
            )
        try:
            return act(operation, stack)
        except StackMovedError as error:
            moved += 1
            if moved == LOOKS:
                raise
            operation.report.note(f"{error.message}; looking again")
            operation.tools.clock.sleep(moved * operation.tools.interval)
