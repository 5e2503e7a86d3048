"""``gen deploy --attach``: follows what runs, or tells how the last operation ended. Starts nothing."""

from __future__ import annotations

from generator.deploy import run, watch
from generator.deploy.cloud import Stack
from generator.deploy.failure import last_operation, retained
from generator.deploy.job import Job
from generator.deploy.outcome import Deleted, Deployed, Outcome, Skipped
from generator.deploy.plan import Stop, by_status, settled


def attach(job: Job) -> Outcome:
    """How the running operation ends; how the last one ended where none is running.

    Raises StillRunningError when we stop waiting once more.
    """
    stack = job.cloud.stack(job.stack_name)
    if stack is None or stack.status == "REVIEW_IN_PROGRESS":
        return Skipped(job.template.key, "nothing was ever deployed, and nothing is running")
    if settled(stack.status):
        job.report.note("nothing is running; this is how the last operation ended")
        events = last_operation(job.cloud.events(stack.id, after=None))
    else:
        job.report.note(f"{stack.status}: following it")
        job.report.progress.begins()
        stack, events = watch.attach(
            job.cloud, stack, wait=job.wait(), show=job.report.event, again=job.come_back
        )
    if stack.status == "DELETE_COMPLETE":
        left = tuple(f"{event.logical_id} ({event.physical_id})" for event in retained(events))
        return Deleted(job.template.key, left)
    if stack.status in run.ROLLED_BACK:
        return run.rolled_back(job, stack, events)
    step = by_status(stack.status, job.options, production=job.production)
    if isinstance(step, Stop):
        return run.needs_person(job, stack, step, events)
    return sound(job, stack)


def sound(job: Job, stack: Stack) -> Outcome:
    """The outcome of a stack that is well, though perhaps not what was committed."""
    if job.cloud.template(stack.id) != job.body:
        job.report.note(f"it is not what is committed yet; to finish: {job.again}")
    return Deployed(job.template.key, stack.status, stack.outputs)
