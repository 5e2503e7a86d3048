"""What keeps a production stack: termination protection and a stack policy, set and read back each time."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from generator.deploy import review
from generator.deploy.cloud import ChangeSet, Stack
from generator.deploy.job import Job
from generator.deploy.plan import settled
from generator.errors import DeployError, GenError, NeedsPersonError, StillRunningError

# Stacks that hold nothing worth keeping: a shell, and what a failed creation left.
UNPROTECTED = frozenset({"CREATE_FAILED", "REVIEW_IN_PROGRESS", "ROLLBACK_COMPLETE", "ROLLBACK_FAILED"})


def protect(job: Job) -> None:
    """Set what a production stack's protection lacks. Also after a rollback, which keeps the stack.

    NeedsPersonError where CloudFormation does not report what was set.
    """
    if not job.production or job.options.plan_only:
        return
    stack = job.cloud.stack(job.stack_name)
    if stack is None or not settled(stack.status) or stack.status in UNPROTECTED:
        return
    protect_from_termination(job, stack)
    protect_data(job, stack)


def protect_from_termination(job: Job, stack: Stack) -> None:
    """Switch termination protection on where it is off."""
    if stack.termination_protection:
        return
    job.cloud.protect(stack.id)
    now = job.cloud.stack(stack.id)
    if now is None or not now.termination_protection:
        raise unverified(job, "termination protection is still off")
    job.report.note("termination protection is on")


def protect_data(job: Job, stack: Stack) -> None:
    """Set the stack policy of production."""
    said = "the stack policy protects data from replacement and deletion"
    set_policy(job, stack.id, review.stack_policy(()), said)


def protect_half_done(job: Job) -> None:
    """Protect a new stack whose second step did not come, as far as that goes, and say what is missing.

    Nothing is raised: what kept the second step from coming is the news.
    """
    missing = ""
    try:
        stack = job.cloud.stack(job.stack_name)
    except DeployError as error:
        stack, missing = None, error.message
    if stack is not None and not settled(stack.status):
        missing = f"it is in {stack.status}"
    elif stack is not None:
        off = ", ".join(f"{name}.{key}" for name, key in sorted(job.template.gen.protect_last.items()))
        job.report.note(f"{off} is still off; it is switched on by: {job.again}")
        for step in (protect_from_termination, protect_data) if job.production else ():
            try:
                step(job, stack)
            except GenError as error:
                missing = error.message
    if missing and job.production:
        job.report.note(f"the stack is not fully protected ({missing}); that is done by: {job.again}")


@contextmanager
def lifted(job: Job, found: ChangeSet) -> Iterator[None]:
    """Let the execution of a change set touch what a person named, of that which it touches.

    The policy is back when the block ends, however it ends. Only when we stop waiting does it stay lifted:
    the update that needs it is still running. The next deploy restores it.
    """
    # A stack policy does not reach into nested stacks, and knows no name for what is in them.
    touched = {
        change.logical_id for change in review.dangerous(found.changes) if "/" not in change.logical_id
    }
    allowed = touched & job.options.allow_replace
    if not job.production or not allowed:
        yield
        return
    names = ", ".join(sorted(allowed))
    said = f"the stack policy lets this update replace or delete {names}"
    set_policy(job, found.stack_id, review.stack_policy(allowed), said)
    try:
        yield
    except StillRunningError:
        job.report.note(f"the stack policy lets {names} be replaced until: {job.again}")
        raise
    except BaseException:
        restore(job, found.stack_id)
        raise
    restore(job, found.stack_id)


def restore(job: Job, stack_id: str) -> None:
    """Put the policy back; a stack that is gone needs none."""
    stack = job.cloud.stack(stack_id)
    if stack is not None and stack.status != "DELETE_COMPLETE":
        said = "the stack policy protects all data again"
        set_policy(job, stack_id, review.stack_policy(()), said)


def set_policy(job: Job, stack_id: str, policy: str, said: str) -> None:
    """Set the stack policy where it differs, read it back, and say so."""
    if review.same_policy(job.cloud.stack_policy(stack_id), policy):
        return
    job.cloud.set_stack_policy(stack_id, policy)
    if not review.same_policy(job.cloud.stack_policy(stack_id), policy):
        raise unverified(job, "the stack policy is not the one that was set")
    job.report.note(said)


def unverified(job: Job, what: str) -> NeedsPersonError:
    """The error for protection that was set and is not there."""
    return NeedsPersonError(
        f"{job.template.key}: {what}", f"find out who or what changes it, then: {job.again}"
    )


def check_received(job: Job, stack: Stack, content: bytes) -> None:
    """DeployError where the stack was made from something else than what was sent."""
    if job.cloud.template(stack.id) != json.loads(content):
        raise DeployError(
            f"{job.template.key}: CloudFormation's copy of the template is not what was sent",
            f"somebody deployed at the same moment; look at it with: gen status, then: {job.again}",
        )


def tell_missing(job: Job, stack: Stack) -> None:
    """Say what an engine that is not AWS has left out of a stack that it calls complete.

    A resource with a condition may be left out, and so may an output.
    """
    endpoint = job.cloud.endpoint
    if endpoint.embedded or not endpoint.url:
        return
    outputs: Any = job.body.get("Outputs", {})
    made = {found.logical_id for found in job.cloud.resources(stack.id)}
    lacks = [
        f"{word} {name}"
        for word, declared, there in (
            ("resource", job.template.resources, made),
            ("output", outputs, stack.outputs.keys()),
        )
        for name in sorted(declared.keys() - there)
        if "Condition" not in declared[name]
    ]
    if lacks:
        job.report.note(f"{endpoint.url} calls the stack {stack.status}, but it lacks: {', '.join(lacks)}")
