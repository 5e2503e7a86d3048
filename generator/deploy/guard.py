"""What keeps a production stack: termination protection and a stack policy, set and read back each time."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager

from generator.deploy import review
from generator.deploy.cloud import ChangeSet, Stack
from generator.deploy.job import Job
from generator.deploy.plan import settled
from generator.errors import DeployError, NeedsPersonError, StillRunningError

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
    if not stack.termination_protection:
        job.cloud.protect(stack.id)
        now = job.cloud.stack(stack.id)
        if now is None or not now.termination_protection:
            raise unverified(job, "termination protection is still off")
        job.report.note("termination protection is on")
    said = "the stack policy protects data from replacement and deletion"
    set_policy(job, stack.id, review.stack_policy(()), said)


@contextmanager
def lifted(job: Job, found: ChangeSet) -> Iterator[None]:
    """Let the execution of a change set touch what a person named, of that which it touches.

    The policy is back when the block ends, however it ends. Only when we stop waiting does it stay lifted:
    the update that needs it is still running. The next deploy restores it.
    """
    touched = {change.logical_id for change in review.dangerous(found.changes)}
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
