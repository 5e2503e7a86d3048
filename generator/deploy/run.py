"""The deployment of one stack: look, decide, act, until it is what was committed or a person is needed."""

from __future__ import annotations

from generator.deploy import changesets, failure, guard, review, watch
from generator.deploy.cloud import Alarm, ChangeSet, ChangeSetType, Event, Stack, StackMovedError, Validation
from generator.deploy.job import Job
from generator.deploy.outcome import Deployed, NeedsPerson, NoChange, Outcome, Planned, RolledBack, Skipped
from generator.deploy.plan import Attach, Create, DeleteShell, RollBack, Stop, Update, plan
from generator.errors import DeployError, RefusedError

DECISIONS = 3
DONE = frozenset({"CREATE_COMPLETE", "UPDATE_COMPLETE"})
ROLLED_BACK = frozenset({"DELETE_COMPLETE", "ROLLBACK_COMPLETE", "UPDATE_ROLLBACK_COMPLETE"})


def deploy(job: Job) -> Outcome:
    """Bring one stack to the committed template, from any state.

    A stack that moves while we decide is read again, three times at most. Raises GenError where AWS refuses,
    a person says no (RefusedError) or the time is up (StillRunningError).
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
            continue
        if outcome is not None:
            return outcome


def decide(job: Job, stack: Stack | None) -> Outcome | None:
    """One turn: the next step for the stack as it is. None where its state has to be read again."""
    step = plan(stack.status if stack else None, production=job.production)
    if stack is None or isinstance(step, Create):
        if stack is not None and stack.status == "REVIEW_IN_PROGRESS":
            changesets.discard_stale(job, stack.id)
        return create(job)
    if isinstance(step, Update):
        outcome = update(job, stack)
        guard.protect(job)
        return outcome
    if isinstance(step, Stop):
        return needs_person(job, stack, step, job.cloud.events(stack.id, after=None))
    if job.options.plan_only and not isinstance(step, Attach):
        return Skipped(job.template.key, f"it is in {stack.status}; gen deploy clears that up first")
    clear(job, stack, step)
    return None


def clear(job: Job, stack: Stack, step: Attach | DeleteShell | RollBack) -> None:
    """Bring the stack out of a state in which no change set can be made."""
    match step:
        case Attach():
            job.report.note(f"{stack.status}: somebody's operation is running; following it")
            watch.attach(job.cloud, stack, wait=job.wait(), show=job.report.event, again=job.again)
        case DeleteShell():
            delete_shell(job, stack, step)
        case RollBack():
            roll_back(job, stack, step)


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
        made = job.cloud.stack(job.stack_name)
        outcome = apply(job, "UPDATE", job.content, stack=made, asks=False)
    guard.protect(job)
    return outcome


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
    found = changesets.create(job, wanted)
    try:
        outcome = look(job, found, stack)
        if outcome is None and asks:
            consent(job, found)
    except BaseException:
        changesets.discard(job, found)
        raise
    if outcome is not None:
        changesets.discard(job, found)
        return outcome
    return execute(job, found, content)


def look(job: Job, found: ChangeSet, stack: Stack | None) -> Outcome | None:
    """Show the change set. An outcome where it is not to be executed, else None."""
    if changesets.is_empty(found):
        return NoChange(job.template.key, stack.outputs if stack else {})
    if found.status != "CREATE_COMPLETE" or found.execution_status == "UNAVAILABLE":
        cause = failure.root_cause((), validations(job, change_set=found.id)) or failure.Cause(
            job.stack_name, "AWS::CloudFormation::ChangeSet", found.status, found.reason
        )
        status = stack.status if stack else "never created"
        return RolledBack(
            job.template.key, status, cause, fix=f"correct the service, render, then: {job.again}"
        )
    job.report.changes(found.changes)
    if job.options.plan_only:
        return Planned(job.template.key, found.changes)
    return None


def consent(job: Job, found: ChangeSet) -> None:
    """RefusedError unless a person has agreed to what the change set does."""
    refused = review.unconsented(found.changes, job.options.allow_replace)
    if refused:
        names = [change.logical_id for change in refused]
        raise RefusedError(
            f"{job.template.key}: {', '.join(names)} holds data and would be replaced or removed",
            f"if that is meant: {job.again} " + " ".join(f"--allow-replace {name}" for name in names),
        )
    if job.production:
        ask(job, f"execute these changes on {job.stack_name}?")


def ask(job: Job, question: str) -> None:
    """RefusedError unless the person types the stack's name."""
    if not job.tools.ask(question, job.stack_name):
        raise RefusedError(f"{job.template.key}: not confirmed, nothing was done", f"{job.again} --yes")


def execute(job: Job, found: ChangeSet, content: bytes) -> Outcome:
    """Execute a change set and follow it to its end."""
    guard.allow(job, found.stack_id)
    before = job.cloud.last_event(found.stack_id)
    job.cloud.execute_change_set(found.id, token=job.tools.token())
    stack, events = watch.follow(
        job.cloud, found.stack_id, after=before, wait=job.wait(), show=job.report.event, again=job.again
    )
    if stack.status in DONE:
        guard.check_received(job, stack, content)
        return Deployed(job.template.key, stack.status, stack.outputs)
    if stack.status in ROLLED_BACK:
        return rolled_back(job, stack, events)
    step = plan(stack.status, production=job.production)
    if not isinstance(step, Stop):
        step = Stop(
            "the operation ended there, which is no end that was asked for",
            f"look at the cause, then: {job.again}",
        )
    return needs_person(job, stack, step, events)


def rolled_back(job: Job, stack: Stack, events: tuple[Event, ...]) -> RolledBack:
    """The outcome of an operation that CloudFormation undid."""
    cause = why(job, stack, events)
    return RolledBack(
        job.template.key,
        stack.status,
        cause,
        left=tuple(f"{event.logical_id} ({event.physical_id})" for event in failure.retained(events)),
        fix=f"remove the cause, then: {job.again}",
    )


def needs_person(job: Job, stack: Stack, step: Stop, events: tuple[Event, ...]) -> NeedsPerson:
    """The outcome of a state that ``plan`` leaves to a person, with what stands in the way."""
    gen = job.template.gen
    words = {
        "stack": stack.name,
        "region": gen.region,
        "environment": gen.environment,
        "service": gen.service,
        "where": job.where,
    }
    stuck = failure.stuck(job.cloud.resources(stack.id))
    return NeedsPerson(
        job.template.key,
        stack.status,
        step.why,
        step.fix.format(**words),
        cause=why(job, stack, failure.last_operation(events)),
        left=tuple(
            f"{found.logical_id} ({found.physical_id}): {found.reason or found.status}" for found in stuck
        ),
    )


def why(job: Job, stack: Stack, events: tuple[Event, ...]) -> failure.Cause | None:
    """The first failure of an operation. A validation's findings are told elsewhere than its events."""
    cause = failure.root_cause(events)
    if cause is None or cause.logical_id == stack.name:
        return failure.root_cause(events, validations(job, stack=stack.id))
    return cause


def validations(job: Job, *, stack: str = "", change_set: str = "") -> tuple[Validation, ...]:
    """What CloudFormation's validation found. A caller that may not ask still learns the rest."""
    try:
        return job.cloud.validations(stack=stack, change_set=change_set)
    except DeployError as error:
        job.report.note(f"findings of the validation could not be read: {error.message}")
        return ()


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


def delete_shell(job: Job, stack: Stack, step: DeleteShell) -> None:
    """Delete what a rolled back creation left: a stack without resources, except those it retained."""
    left = [found for found in job.cloud.resources(stack.id) if found.status != "DELETE_COMPLETE"]
    names = ", ".join(f"{found.logical_id} ({found.physical_id})" for found in left) or "nothing"
    job.report.note(
        f"its creation failed before and was rolled back; it still holds: {names}. Deleting the stack"
    )
    if step.asks:
        ask(job, f"delete the failed {job.stack_name} and create it again?")
    before = job.cloud.last_event(stack.id)
    job.cloud.delete_stack(stack.id, token=job.tools.token())
    watch.follow(job.cloud, stack.id, after=before, wait=job.wait(), show=job.report.event, again=job.again)


def roll_back(job: Job, stack: Stack, step: RollBack) -> None:
    """Bring a stack whose update failed without rollback to its last good state."""
    if step.asks:
        ask(job, f"roll {job.stack_name} back to its last good state and update it again?")
    before = job.cloud.last_event(stack.id)
    job.cloud.rollback_stack(stack.id, token=job.tools.token())
    watch.follow(job.cloud, stack.id, after=before, wait=job.wait(), show=job.report.event, again=job.again)
