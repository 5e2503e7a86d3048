"""What keeps a production stack: termination protection and a stack policy, checked on every deploy."""

from __future__ import annotations

import json

from generator.deploy import review
from generator.deploy.cloud import Stack
from generator.deploy.job import Job
from generator.deploy.plan import settled
from generator.errors import DeployError


def protect(job: Job) -> None:
    """Set what a production stack's protection lacks. Also after a rollback, which keeps the stack."""
    if not job.production or job.options.plan_only:
        return
    stack = job.cloud.stack(job.stack_name)
    if (
        stack is None
        or not settled(stack.status)
        or stack.status in {"REVIEW_IN_PROGRESS", "ROLLBACK_COMPLETE"}
    ):
        return
    if not stack.termination_protection:
        job.cloud.protect(stack.id)
        job.report.note("termination protection is on")
    said = "the stack policy protects data from replacement and deletion"
    set_policy(job, stack.id, review.stack_policy(()), said)


def allow(job: Job, stack_id: str) -> None:
    """Let the coming update touch the resources that a person named; ``protect`` takes that back."""
    if job.production and job.options.allow_replace:
        names = ", ".join(sorted(job.options.allow_replace))
        said = f"the stack policy lets this update replace or delete {names}"
        set_policy(job, stack_id, review.stack_policy(job.options.allow_replace), said)


def set_policy(job: Job, stack_id: str, policy: str, said: str) -> None:
    """Set the stack policy where it differs, and say so."""
    if not review.same_policy(job.cloud.stack_policy(stack_id), policy):
        job.cloud.set_stack_policy(stack_id, policy)
        job.report.note(said)


def check_received(job: Job, stack: Stack, content: bytes) -> None:
    """DeployError where the stack was made from something else than what was sent."""
    if job.cloud.template(stack.id) != json.loads(content):
        raise DeployError(
            f"{job.template.key}: CloudFormation's copy of the template is not what was sent",
            f"somebody deployed at the same moment; look at it with: gen status, then: {job.again}",
        )
