"""Deleting stacks: the last first, with consent, and nothing emptied or left behind in silence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from generator.deploy import clear, endings, environment, failure, hints, holdings
from generator.deploy.attended import Attendant, attending
from generator.deploy.cloud import Resource, Stack
from generator.deploy.cloud_recovery import DeletionMode
from generator.deploy.environment import Site
from generator.deploy.graph import NOT_ITS_TURN
from generator.deploy.job import Tools
from generator.deploy.operation import Operation
from generator.deploy.outcome import Deleted, Outcome, Skipped, Stopped, error_of, is_detached
from generator.deploy.plan import STOPS, settled
from generator.deploy.template import Template
from generator.errors import DeployError, GenError, RefusedError, UsageError


@dataclass(frozen=True)
class Wish:
    """What a person asked for.

    ``retain`` are logical ids to leave behind. FORCE_DELETE_STACK leaves behind whatever cannot be deleted.
    ``named`` are the stacks that were named one by one: only their termination protection is ever lifted.
    ``empty_artifacts`` lets production's artifact bucket be emptied; elsewhere a person's consent is enough.
    """

    retain: tuple[str, ...] = ()
    mode: DeletionMode = "STANDARD"
    named: frozenset[str] = frozenset()
    timeout_minutes: float = 60
    empty_artifacts: bool = False

    @property
    def leaves_behind(self) -> str:
        """The options that leave something behind, as they were given; empty for none."""
        options = [f"--retain {name}" for name in self.retain]
        return " ".join([*options, *(["--force"] if self.mode != "STANDARD" else [])])


def delete(site: Site, selected: Sequence[Template], *, tools: Tools, wish: Wish) -> tuple[Outcome, ...]:
    """Delete ``selected`` (in order of deployment) from the last to the first.

    A stack that cannot be deleted keeps those it depends on. RefusedError where a stack that is not selected
    still needs one of them.
    """
    with attending(tools, site.console) as attendant:
        attendant.do(
            lambda _tools: check(site, selected), operation(site, selected[-1], tools, wish).interrupted
        )
        kept: list[Template] = []
        outcomes: list[Outcome] = []
        for one in reversed(selected):
            needed_by = [other.key for other in kept if one.key in other.dependencies]
            if any(map(is_detached, outcomes)) or (outcomes and tools.stop.is_set()):
                outcome: Outcome = Skipped(one.key, NOT_ITS_TURN)
            elif needed_by:
                outcome = Skipped(one.key, f"{', '.join(needed_by)} still needs it")
            else:
                outcome = attempt(operation(site, one, tools, wish), wish, attendant)
            if needed_by or error_of(outcome) is not None:
                kept.append(one)
            site.report(one).outcome(outcome)
            outcomes.append(outcome)
    return tuple(outcomes)


def attempt(operation: Operation, wish: Wish, attendant: Attendant) -> Outcome:
    """Delete one stack; an error that ends it is its outcome. A signal is one where nothing is running."""
    try:
        return attendant.do(
            lambda tools: delete_one(replace(operation, tools=tools), wish), operation.detached
        )
    except GenError as error:
        return Stopped(operation.template.key, error)
    except KeyboardInterrupt:
        return Stopped(operation.template.key, operation.interrupted())


def check(site: Site, selected: Sequence[Template]) -> None:
    """The errors of ``delete`` that end it before anything is done."""
    environment.check_accounts(site, selected)
    refuse_needed(site, selected)


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


def operation(site: Site, one: Template, tools: Tools, wish: Wish) -> Operation:
    """The deletion of one stack as something that can be asked for, started and followed."""
    found = Operation(
        template=one,
        cloud=site.clouds(one.gen.region),
        report=site.report(one),
        tools=tools,
        timeout_minutes=wish.timeout_minutes,
        where=site.where,
        again="",
    )
    again = f"{found.command('delete')} {wish.leaves_behind}".strip()
    return replace(found, again=again, follow=f"to follow it: {again}")


def delete_one(operation: Operation, wish: Wish) -> Outcome:
    """Delete one stack and follow it to its end."""
    cloud, key = operation.cloud, operation.template.key
    stack = cloud.stack(operation.name)
    if stack is None:
        return Skipped(key, "there is no such stack")
    if not settled(stack.status):
        stack = operation.attach(stack)
    if stack.status == "DELETE_COMPLETE":
        return Deleted(key)
    behind = left_behind(operation, stack, wish)
    full = holdings.full_buckets(cloud, stack, frozenset(behind))
    artifacts = holdings.artifact_bucket(stack, full)
    holdings.refuse_full(stack, [found for found in full if found != artifacts])
    for line in holdings.fates(cloud, stack, frozenset(behind)):
        operation.report.note(line)
    agree(operation, stack, wish, artifacts)
    operation.tools.raise_if_stopped()
    if artifacts:
        cloud.empty(artifacts.physical_id, owner=stack.account)
        operation.report.note(f"emptied {artifacts.physical_id}")
    if stack.status == "REVIEW_IN_PROGRESS":
        clear.discard_shell(operation, stack)
        return Deleted(key)
    return deleted(operation, stack, wish)


def left_behind(operation: Operation, stack: Stack, wish: Wish) -> tuple[str, ...]:
    """Logical ids that stay although their policy does not say so, after a word on what is stuck.

    UsageError where CloudFormation would not take the options: they only work once a deletion has failed.
    """
    stuck = holdings.undeletable(operation.cloud, stack)
    if stack.status == "DELETE_FAILED":
        for found in stuck:
            operation.report.note(f"could not be deleted before: {holdings.because(found)}")
    elif wish.leaves_behind:
        raise UsageError(
            f"{wish.leaves_behind}: {stack.name} is in {stack.status}, and CloudFormation takes that only in "
            "DELETE_FAILED",
            f"to delete it: {operation.command('delete')}; to keep a resource for good, give it the deletion "
            "policy Retain, render and deploy",
        )
    known = {found.logical_id for found in holdings.held(operation.cloud, stack)}
    for name in wish.retain:
        if name not in known:
            raise UsageError(
                f"--retain {name}: {stack.name} holds no such resource; known: "
                f"{', '.join(sorted(known)) or 'none'}",
                hints.choose(name, known),
            )
    forced = [found.logical_id for found in stuck] if wish.mode != "STANDARD" else []
    return (*wish.retain, *forced)


def agree(operation: Operation, stack: Stack, wish: Wish, artifacts: Resource | None) -> None:
    """RefusedError unless the deletion is agreed to, and termination protection is off or lifted by name.

    ``artifacts`` is the bucket of packages, where it has to be emptied.
    """
    protected = stack.termination_protection
    if protected and operation.template.gen.service not in wish.named:
        raise RefusedError(
            f"{stack.name} has termination protection, which is lifted only for a stack named with --stack",
            f"if it shall go: {operation.again}",
        )
    if artifacts and operation.production and not wish.empty_artifacts:
        raise RefusedError(
            f"bucket {artifacts.physical_id} ({artifacts.logical_id} of {stack.name}) is full of packages, "
            "and production's is emptied only when that was asked for",
            f"if they shall go: {operation.again} --empty-artifacts",
        )
    if artifacts:
        operation.report.note(f"EMPTIES {holdings.named(artifacts)}: every version of all packages in it")
    if not operation.production and not protected and not artifacts:
        return
    emptying = (
        f"empty {artifacts.physical_id} (every version of all packages in it), and " if artifacts else ""
    )
    lifting = "lift the termination protection of, and " if protected else ""
    leaving = f", leaving behind {wish.leaves_behind}" if wish.leaves_behind else ""
    operation.ask(f"{emptying}{lifting}delete {stack.name}{leaving}?")


def deleted(operation: Operation, stack: Stack, wish: Wish) -> Outcome:
    """Start the deletion and follow it. Protection that was lifted is back if it cannot even start."""
    cloud, key = operation.cloud, operation.template.key

    def start(token: str) -> None:
        if stack.termination_protection:
            cloud.unprotect(stack.id)
            operation.report.note("termination protection is off")
        try:
            cloud.delete_stack(stack.id, token=token, retain=wish.retain, mode=wish.mode)
        except BaseException:
            if stack.termination_protection:
                protect_again(operation, stack)
            raise

    ended, events = operation.run(stack.id, start)
    if ended.status == "DELETE_COMPLETE":
        kept = [f"{event.logical_id} ({event.physical_id})" for event in failure.retained(events)]
        return Deleted(key, tuple(kept))
    step = STOPS.get(ended.status) or endings.strange(operation)
    return endings.needs_person(operation, ended, step, events)


def protect_again(operation: Operation, stack: Stack) -> None:
    """Switch termination protection on. That this fails does not hide why the deletion did not start."""
    try:
        operation.cloud.protect(stack.id)
    except DeployError as error:
        operation.report.note(f"termination protection is still off: {error.message}")
    else:
        operation.report.note("termination protection is on again")
