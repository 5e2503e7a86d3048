"""Deleting stacks: the last first, protected ones not at all, and nothing emptied in silence."""

from __future__ import annotations

from collections.abc import Sequence

from generator.deploy import environment, failure, review, watch
from generator.deploy.cloud import Cloud, Stack
from generator.deploy.environment import Site
from generator.deploy.job import Tools
from generator.deploy.outcome import Deleted, NeedsPerson, Outcome, Skipped, Stopped, error_of
from generator.deploy.plan import settled
from generator.deploy.template import Template
from generator.deploy.watch import Wait
from generator.errors import DeployError, GenError, RefusedError


def delete(
    site: Site, selected: Sequence[Template], *, tools: Tools, timeout_minutes: float
) -> tuple[Outcome, ...]:
    """Delete ``selected`` (in order of deployment) from the last to the first.

    A stack that cannot be deleted keeps those it depends on. RefusedError where a stack that is not selected
    still needs one of them.
    """
    environment.check_account(site, site.clouds(selected[0].gen.region))
    refuse_needed(site, selected)
    kept: list[Template] = []
    outcomes: list[Outcome] = []
    for one in reversed(selected):
        needed_by = [other.key for other in kept if one.key in other.dependencies]
        if any(map(environment.is_detached, outcomes)):
            outcome: Outcome = Skipped(one.key, "we stopped waiting before its turn")
        elif needed_by:
            outcome = Skipped(one.key, f"{', '.join(needed_by)} still needs it")
        else:
            try:
                outcome = delete_one(site, one, tools, timeout_minutes)
            except GenError as error:
                outcome = Stopped(one.key, error)
        if needed_by or error_of(outcome) is not None:
            kept.append(one)
        site.report(one).outcome(outcome)
        outcomes.append(outcome)
    return tuple(outcomes)


def refuse_needed(site: Site, selected: Sequence[Template]) -> None:
    """RefusedError where a deployed stack outside ``selected`` depends on one of them."""
    keys = {one.key for one in selected}
    for other in site.templates:
        needs = [key for key in other.dependencies if key in keys]
        if other.key in keys or not needs:
            continue
        if site.clouds(other.gen.region).stack(other.gen.stack_name) is not None:
            raise RefusedError(
                f"{other.key} is deployed and needs {', '.join(needs)}",
                f"delete it first: gen delete --env {other.gen.environment} --region {other.gen.region} "
                f"--stack {other.gen.service}{site.where}",
            )


def delete_one(site: Site, one: Template, tools: Tools, timeout_minutes: float) -> Outcome:
    """Delete one stack and follow it to its end."""
    cloud, report = site.clouds(one.gen.region), site.report(one)
    gen = one.gen
    again = f"gen delete --env {gen.environment} --region {gen.region} --stack {gen.service}{site.where}"
    wait = Wait(tools.clock, tools.clock.now() + timeout_minutes * 60, tools.interval)
    stack = cloud.stack(gen.stack_name)
    if stack is None:
        return Skipped(one.key, "there is no such stack")
    if not settled(stack.status):
        report.note(f"{stack.status}: somebody's operation is running; following it")
        stack, _ = watch.attach(cloud, stack, wait=wait, show=report.event, again=again)
    if stack.status == "DELETE_COMPLETE":
        return Deleted(one.key)
    refuse_protected(cloud, stack)
    refuse_full_buckets(cloud, stack)
    told(site, one, stack)
    if gen.production and not tools.ask(f"delete {stack.name}?", stack.name):
        raise RefusedError(f"{one.key}: not confirmed, nothing was done", f"{again} --yes")
    before = cloud.last_event(stack.id)
    cloud.delete_stack(stack.id, token=tools.token())
    stack, events = watch.follow(cloud, stack.id, after=before, wait=wait, show=report.event, again=again)
    if stack.status == "DELETE_COMPLETE":
        return Deleted(
            one.key, tuple(f"{event.logical_id} ({event.physical_id})" for event in failure.retained(events))
        )
    stuck = failure.stuck(cloud.resources(stack.id))
    return NeedsPerson(
        one.key,
        stack.status,
        "some resources could not be deleted",
        f"remove what holds them, then: {again}",
        cause=failure.root_cause(events),
        left=tuple(
            f"{found.logical_id} ({found.physical_id}): {found.reason or found.status}" for found in stuck
        ),
    )


def refuse_protected(cloud: Cloud, stack: Stack) -> None:
    """RefusedError for a stack with termination protection: lifting it is a step of its own."""
    if stack.termination_protection:
        raise RefusedError(
            f"{stack.name} has termination protection",
            "to lift it: aws cloudformation update-termination-protection --no-enable-termination-protection "
            f"--stack-name {stack.name} --region {cloud.region}",
        )


def policies(cloud: Cloud, stack: Stack) -> dict[str, str]:
    """Logical id → deletion policy, from the template that is deployed and not from the committed one."""
    if stack.status == "REVIEW_IN_PROGRESS":
        return {}
    resources = cloud.template(stack.id).get("Resources", {})
    return {name: resource.get("DeletionPolicy", "Delete") for name, resource in resources.items()}


def refuse_full_buckets(cloud: Cloud, stack: Stack) -> None:
    """DeployError for a full bucket that would be deleted: CloudFormation fails on it, half done."""
    policy = policies(cloud, stack)
    for found in cloud.resources(stack.id):
        if found.type != "AWS::S3::Bucket" or policy.get(found.logical_id) != "Delete":
            continue
        if found.status != "DELETE_COMPLETE" and found.physical_id and not cloud.is_empty(found.physical_id):
            raise DeployError(
                f"bucket {found.physical_id} ({found.logical_id} of {stack.name}) is not empty",
                "look at what it holds and delete every version (the console's 'Empty' does), then run again",
            )


def told(site: Site, one: Template, stack: Stack) -> None:
    """Say what goes and what stays, data first."""
    cloud, report = site.clouds(one.gen.region), site.report(one)
    policy = policies(cloud, stack)
    data = [found for found in cloud.resources(stack.id) if found.type in review.STATEFUL]
    for found in data:
        kept = policy.get(found.logical_id, "Delete") != "Delete"
        report.note(f"{'keeps' if kept else 'DELETES'} {found.logical_id}  {found.type}  {found.physical_id}")
