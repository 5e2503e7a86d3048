"""The deployment of one stack: look, decide, act, until it is what was committed or a person is needed."""

from __future__ import annotations

from dataclasses import replace

from generator.deploy import changesets, clear, endings, explain, failure, guard, review
from generator.deploy.cloud import Alarm, ChangeSet, ChangeSetType, Event, Stack, StackMovedError
from generator.deploy.job import Job
from generator.deploy.operation import Operation
from generator.deploy.outcome import Deployed, NeedsPerson, NoChange, Outcome, Planned, RolledBack, Skipped
from generator.deploy.plan import (
    Create,
    Execute,
    Invalid,
    Leave,
    NothingToChange,
    Show,
    Stop,
    Update,
    plan,
    plan_change_set,
)
from generator.errors import GenError, RefusedError, StillRunningError

DECISIONS = 3
DONE = frozenset({"CREATE_COMPLETE", "UPDATE_COMPLETE"})
ROLLED_BACK = frozenset({"DELETE_COMPLETE", "ROLLBACK_COMPLETE", "UPDATE_ROLLBACK_COMPLETE"})


def deploy(job: Job) -> Outcome:
    """Bring one stack to the committed template, from any state.

    A stack that moves while we decide is read again, three times at most, with a pause. Raises GenError
    where AWS refuses, a person says no (RefusedError) or the time is up (StillRunningError).
    """
    moved = 0
    while True:
        try:
            outcome = decide(job, job.cloud.stack(job.stack_name))
        except StackMovedError as error:
            moved += 1
            if moved == DECISIONS:
                raise
            job.report.note(f"{error.message}; looking again")
            job.tools.clock.sleep(moved * job.tools.interval)
            continue
        if outcome is not None:
            return outcome


def decide(job: Job, stack: Stack | None) -> Outcome | None:
    """One turn: the next step for the stack as it is. None where its state has to be read again."""
    step = plan(stack.status if stack else None, job.options, production=job.production)
    if stack is None or isinstance(step, Create):
        if stack is not None and stack.status == "REVIEW_IN_PROGRESS":
            changesets.discard_stale(job, stack.id)
        return create(job)
    match step:
        case Update():
            outcome = update(job, stack)
            guard.protect(job)
            return outcome
        case Stop():
            return needs_person(job, stack, step, job.cloud.events(stack.id, after=None))
        case Leave():
            return Skipped(job.template.key, step.why)
        case _:
            clear.clear(operation(job), stack, step)
            return None


def operation(job: Job) -> Operation:
    """The job as something that can be asked for, started and followed."""
    return Operation(
        template=job.template,
        cloud=job.cloud,
        report=job.report,
        tools=job.tools,
        timeout_minutes=job.options.timeout_minutes,
        where=job.where,
        again=job.again,
        checks=job.checks,
    )


def create(job: Job) -> Outcome:
    """CREATE with protection off, an UPDATE with the committed bytes, then the stack's own protection."""
    content = job.creation()
    if content != job.content:
        protected = [f"{name}.{key}" for name, key in sorted(job.template.gen.protect_last.items())]
        job.report.note(
            f"creating with {', '.join(protected)} off, so that a failed creation can be rolled back; "
            "an update with the committed template follows"
        )
    outcome = apply(job, "CREATE", content)
    if not isinstance(outcome, Deployed):
        return outcome
    if content != job.content:
        outcome = complete(job)
    guard.protect(job)
    return outcome


def complete(job: Job) -> Outcome:
    """The second step of a creation. Where it does not come, the stack is protected as far as that goes."""
    try:
        made = job.cloud.stack(job.stack_name)
        return apply(job, "UPDATE", job.content, stack=made, asks=False)
    except KeyboardInterrupt:
        guard.protect_half_done(job)
        raise StillRunningError(
            f"{job.template.key}: interrupted after its creation, before the update that completes it",
            f"for the rest: {job.again}",
        ) from None
    except BaseException:
        guard.protect_half_done(job)
        raise


def update(job: Job, stack: Stack) -> Outcome:
    """UPDATE to the committed bytes, rolled back by the alarms that exist."""
    return apply(job, "UPDATE", job.content, stack=stack, alarms=rollback_alarms(job, stack))


def apply(
    job: Job,
    kind: ChangeSetType,
    content: bytes,
    *,
    stack: Stack | None = None,
    alarms: tuple[Alarm, ...] = (),
    asks: bool = True,
) -> Outcome:
    """One change set from its creation to the end of its execution."""
    minutes = job.template.gen.monitoring_minutes if alarms else 0
    previous = stack.parameters if stack else {}
    wanted = changesets.request(job, kind, content, previous=previous, alarms=alarms, minutes=minutes)
    job.tools.raise_if_stopped()
    found = changesets.create(job, wanted)
    try:
        outcome = look(job, found, stack)
        if outcome is None:
            consent(job, found, asks=asks and job.production)
            job.tools.raise_if_stopped()
    except BaseException:
        changesets.discard(job, found)
        raise
    if outcome is not None:
        changesets.discard(job, found)
        if isinstance(outcome, NoChange) and not job.options.plan_only:
            changesets.tidy(job, executed=None)
        return outcome
    try:
        with guard.lifted(job, found):
            return execute(job, found, content)
    except StillRunningError:
        raise
    except (GenError, KeyboardInterrupt):
        changesets.discard_unexecuted(job, found)
        raise


def look(job: Job, found: ChangeSet, stack: Stack | None) -> Outcome | None:
    """Show the change set. An outcome where it is not to be executed, else None."""
    now = job.cloud.stack(found.stack_id)
    step = plan_change_set(now.status if now else None, found, job.options, production=job.production)
    match step:
        case NothingToChange():
            return NoChange(job.template.key, stack.outputs if stack else {})
        case Invalid():
            findings = explain.validations(job.cloud, job.report.note, change_set=found.id)
            cause = failure.root_cause((), findings) or failure.Cause(
                job.stack_name, "AWS::CloudFormation::ChangeSet", found.status, found.reason, of_stack=True
            )
            status = stack.status if stack else "never created"
            fix = fix_of(job, cause, "correct the service, render")
            return RolledBack(job.template.key, status, cause, fix=fix)
        case Show() | Execute():
            job.report.changes(found.changes)
            return Planned(job.template.key, found.changes) if isinstance(step, Show) else None
        case _:
            state = (
                f"{now.status if now else 'gone'}, its change set {found.execution_status or found.status}"
            )
            raise StackMovedError(f"{job.stack_name} changed meanwhile ({state})", job.again)


def consent(job: Job, found: ChangeSet, *, asks: bool) -> None:
    """RefusedError unless a person has agreed to what the change set does."""
    refused = review.unconsented(found.changes, job.options.allow_replace)
    if refused:
        names = [change.logical_id for change in refused]
        raise RefusedError(
            f"{job.template.key}: {', '.join(names)} holds data and would be replaced or removed",
            f"if that is meant: {job.again} " + " ".join(f"--allow-replace {name}" for name in names),
        )
    # On the embedded AWS, which makes no change sets of nested stacks, nobody's data is at stake.
    hidden = () if job.cloud.endpoint.embedded else review.untold(found.changes, job.options.allow_replace)
    if hidden:
        names = [change.logical_id for change in hidden]
        raise RefusedError(
            f"{job.template.key}: what changes inside {', '.join(names)} is not told, and may hold data",
            f"compare the templates of these nested stacks; if nothing is lost: {job.again} "
            + " ".join(f"--allow-replace {name}" for name in names),
        )
    if asks:
        besides = ["taking existing resources into the stack"] if job.options.adopt else []
        besides += ["undoing changes made outside CloudFormation"] if job.options.revert_drift else []
        also = f", {' and '.join(besides)}" if besides else ""
        operation(job).ask(f"execute these changes on {job.stack_name}{also}?")


def execute(job: Job, found: ChangeSet, content: bytes) -> Outcome:
    """Execute a change set and follow it to its end."""

    def start(token: str) -> None:
        job.cloud.execute_change_set(found.id, token=token)

    stack, events = operation(job).run(found.stack_id, start)
    changesets.tidy(job, executed=found)
    if stack.status in DONE:
        guard.check_received(job, stack, content)
        guard.tell_missing(job, stack)
        return Deployed(job.template.key, stack.status, stack.outputs)
    if stack.status in ROLLED_BACK:
        return rolled_back(job, stack, events)
    step = plan(stack.status, replace(job.options, recreate=False), production=job.production)
    if not isinstance(step, Stop):
        step = endings.strange(operation(job))
    return needs_person(job, stack, step, events)


def rolled_back(job: Job, stack: Stack, events: tuple[Event, ...]) -> RolledBack:
    """The outcome of an operation that CloudFormation undid."""
    cause = why(job, stack, events)
    return RolledBack(
        job.template.key,
        stack.status,
        cause,
        left=tuple(map(str, failure.left(events, ()))),
        fix=fix_of(job, cause, "remove the cause"),
    )


def fix_of(job: Job, cause: failure.Cause | None, first: str) -> str:
    """What to do about a failure: ``first`` in words, then the same again; or how to take it in."""
    if cause and failure.taken(cause) and not job.options.adopt:
        return (
            f"if it is what a deleted stack left, take it in: {job.again} --adopt; else give it another name "
            "(suffix in the environment's file, then render)"
        )
    return f"{first}, then: {job.again}"


def needs_person(job: Job, stack: Stack, step: Stop, events: tuple[Event, ...]) -> NeedsPerson:
    """The outcome of a state that ``plan`` leaves to a person, with what stands in the way."""
    ended = endings.needs_person(operation(job), stack, step, events)
    return replace(ended, cause=why(job, stack, failure.last_operation(events)))


def why(job: Job, stack: Stack, events: tuple[Event, ...]) -> failure.Cause | None:
    """The failures of an operation. A validation's findings are told elsewhere than its events."""
    told = explain.with_nested(job.cloud, events)
    return explain.root_cause(told, explain.validations(job.cloud, job.report.note, stack=stack.id))


def rollback_alarms(job: Job, stack: Stack) -> tuple[Alarm, ...]:
    """Alarms of the template that exist now: a trigger that is missing would fail the whole update."""
    wanted = job.template.gen.rollback_alarms
    if not wanted:
        return ()
    physical = {found.logical_id: found.physical_id for found in job.cloud.resources(stack.id)}
    armed = job.cloud.alarms(tuple(physical[name] for name in wanted if physical.get(name)))
    names = {alarm.name for alarm in armed}
    missing = [name for name in wanted if physical.get(name) not in names]
    if missing:
        job.report.note(f"not armed for rollback, since they do not exist yet: {', '.join(missing)}")
    return armed
