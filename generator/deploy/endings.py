"""How an operation ended that a person has to look at, in one screen."""

from __future__ import annotations

from collections.abc import Sequence

from generator.deploy import failure, holdings, skips
from generator.deploy.cloud import Cloud, Event, Stack
from generator.deploy.operation import Operation
from generator.deploy.outcome import NeedsPerson, Skipped
from generator.deploy.plan import Stop
from generator.deploy.template import Gen


def filled(operation: Operation, fix: str) -> str:
    """A fix with the words of this stack."""
    return worded(operation.template.gen, operation.where, fix, operation.checks)


def worded(gen: Gen, where: str, fix: str, checks: str = "") -> str:
    """A fix with the words of the stack that ``gen`` describes; ``where`` are the options that lead to it.

    ``checks`` are those of `gen deploy` that leave out its checks of templates.
    """
    return fix.format(
        stack=gen.stack_name,
        region=gen.region,
        environment=gen.environment,
        service=gen.service,
        where=where,
        checks=checks,
    )


def ways_out(
    gen: Gen, where: str, cloud: Cloud, stack: Stack, step: Stop, *, checks: str = ""
) -> tuple[str, ...]:
    """What to run in a state that is left to a person: the cause removed, or without what cannot go."""
    found = [worded(gen, where, step.fix, checks)]
    options = ""
    if stack.status == "UPDATE_ROLLBACK_FAILED":
        verb = "rollback {service} --env {environment} --region {region}{where} --continue"
        options = " ".join(f"--skip {one.name}" for one in skips.stuck(cloud, stack.id))
    elif stack.status == "DELETE_FAILED":
        verb = "delete --env {environment} --region {region} --stack {service}{where}"
        options = " ".join(f"--retain {one.logical_id}" for one in holdings.undeletable(cloud, stack))
    else:
        return tuple(found)
    if options:
        found.append(worded(gen, where, f"or leave out what cannot go: gen {verb} ") + options)
    after = "after that" if stack.status == "UPDATE_ROLLBACK_FAILED" else "after that, to have it again"
    deploy = after + ": gen deploy --env {environment} --region {region} --stack {service}{where}{checks}"
    return (*found, worded(gen, where, deploy, checks))


def at_rest(operation: Operation, stack: Stack, why: str) -> Skipped:
    """The outcome where nothing is running and nothing was done, with the command that leads on."""
    if stack.status.endswith("_FAILED"):
        why += f"; what to do: {operation.command('diagnose')}"
    elif "ROLLBACK" in stack.status or stack.status == "REVIEW_IN_PROGRESS":
        why += f"; to deploy it: {operation.command('deploy')}"
    return Skipped(operation.template.key, why)


def strange(operation: Operation) -> Stop:
    """For a status that no operation of ours should end in."""
    return Stop(
        "the operation ended there, which is no end that was asked for",
        f"look at the cause, then: {operation.again}",
        says="",
    )


def needs_person(
    operation: Operation, stack: Stack, step: Stop, events: Sequence[Event] | None = None
) -> NeedsPerson:
    """The outcome of a state that is left to a person, with what stands in the way.

    ``events`` are those of the operation, where they are known.
    """
    if events is None:
        events = failure.last_operation(operation.cloud.events(stack.id, after=None))
    gen, where, cloud = operation.template.gen, operation.where, operation.cloud
    fix = "; ".join(ways_out(gen, where, cloud, stack, step, checks=operation.checks))
    return NeedsPerson(
        operation.template.key,
        stack.status,
        step.why,
        fix,
        cause=failure.root_cause(events),
        left=stuck(operation, stack, failure.last_operation(events)),
    )


def stuck(operation: Operation, stack: Stack, events: Sequence[Event]) -> tuple[str, ...]:
    """What keeps the stack where it is, or was lost on the way there by its last ``events``; a line each."""
    reverts = skips.stuck(operation.cloud, stack.id) if stack.status == "UPDATE_ROLLBACK_FAILED" else ()
    if reverts:
        return tuple(map(str, reverts))
    resources = operation.cloud.resources(stack.id)
    found = holdings.with_reasons(operation.cloud, stack, failure.stuck(resources))
    return (*map(holdings.because, found), *map(str, failure.lost(events, resources)))
