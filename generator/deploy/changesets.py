"""Change sets: made under a name of their own, waited for, and never left behind."""

from __future__ import annotations

import hashlib
from base64 import b64encode
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace

from generator.deploy import hints, parameters, plan, template
from generator.deploy.cloud import (
    Alarm,
    ChangeSet,
    ChangeSetRequest,
    ChangeSetType,
    StackMovedError,
    UnreachableError,
)
from generator.deploy.job import Job
from generator.errors import DeployError

ATTEMPTS = 50
OURS = "gen-"


def request(
    job: Job,
    kind: ChangeSetType,
    content: bytes,
    *,
    previous: Mapping[str, str],
    alarms: tuple[Alarm, ...],
    minutes: int,
) -> ChangeSetRequest:
    """What CloudFormation is asked: ``content`` in the request, or in S3 where it is too large for that."""
    values = parameters.values(job.template, given=job.options.given, found=job.found, previous=previous)
    inline = template.fits_inline(content)
    return ChangeSetRequest(
        stack=job.stack_name,
        name="",
        type=kind,
        body=content.decode() if inline else "",
        url="" if inline else stored(job, content),
        parameters=values,
        capabilities=template.capabilities(job.template.body),
        tags=job.template.gen.tags,
        alarms=alarms,
        monitoring_minutes=minutes,
        adopt=job.options.adopt,
        revert_drift=job.options.revert_drift and kind == "UPDATE",
    )


def stored(job: Job, content: bytes) -> str:
    """Put a template into the artifact bucket, named by its content, and give its URL."""
    if not job.bucket:
        raise DeployError(
            f"{job.template.key}: {len(content):,} bytes are too many for a request, and the template has no "
            "parameter ArtifactBucket to store it in",
            "split the service, or give its stack the artifact bucket as an input",
        )
    digest = hashlib.sha256(content)
    where = {"bucket": job.bucket, "key": f"templates/{digest.hexdigest()}.json", "owner": job.account}
    checksum = b64encode(digest.digest()).decode()
    if not job.cloud.uploaded(**where, sha256=checksum):
        job.cloud.upload(**where, sha256=checksum, body=content)
    return job.cloud.object_url(bucket=where["bucket"], key=where["key"])


def create(job: Job, wanted: ChangeSetRequest) -> ChangeSet:
    """Make the change set and wait until CloudFormation has computed it, or says why it cannot."""
    made = first_free(job, wanted)
    try:
        return computed(job, made)
    except BaseException:
        discard(job, made)
        raise


def computed(job: Job, made: ChangeSet) -> ChangeSet:
    """The change set when CloudFormation is done with it; StillRunningError when that takes too long."""
    wait = job.wait()
    while True:
        with suppress(UnreachableError):
            found = job.cloud.change_set(made.id)
            if found is None:
                raise StackMovedError(f"change set {made.name} was deleted by somebody", job.again)
            if found.status not in plan.COMPUTING:
                return found
        wait.pause(f"change set {made.name} of {job.stack_name}", job.again)


def first_free(job: Job, wanted: ChangeSetRequest) -> ChangeSet:
    """A new change set under the first name that nobody uses: others may deploy at the same moment."""
    for attempt in range(1, ATTEMPTS + 1):
        named = replace(wanted, name=job.template.change_set_name(attempt), token=job.tools.token())
        made = job.cloud.create_change_set(named)
        if made is not None:
            return made
        if attempt == 1:
            discard_stale(job, job.stack_name)
    raise DeployError(
        f"{job.stack_name} has {ATTEMPTS} change sets of this template waiting",
        "see them, and delete what nobody waits for: "
        + hints.aws_cli(job.cloud, f"list-change-sets --stack-name {job.stack_name}"),
    )


def discard(job: Job, found: ChangeSet) -> None:
    """Delete a change set that will not be executed, and the empty stack that was made for it.

    What cannot be deleted is named, and does not hide what ended the deployment.
    """
    discard_set(job, found)
    try:
        stack = job.cloud.stack(found.stack_id)
        if stack is None or stack.status != "REVIEW_IN_PROGRESS":
            return
        # By name: the shell may have another id for each change set of a stack that is yet to be made.
        if any(other.id != found.id for other in job.cloud.change_sets(job.stack_name)):
            return  # Somebody else is looking at a change set of the same new stack.
        job.cloud.delete_stack(stack.id, token=job.tools.token())
    except DeployError as error:
        job.report.note(
            f"left behind: {job.stack_name}, if it is empty and in REVIEW_IN_PROGRESS ({error.message}); "
            "the next deployment uses it, and this deletes it: "
            + hints.aws_cli(job.cloud, f"delete-stack --stack-name {found.stack_id}")
        )


def discard_unexecuted(job: Job, found: ChangeSet) -> None:
    """Discard a change set unless its execution has begun, whatever ended the deployment since."""
    try:
        now = job.cloud.change_set(found.id)
    except DeployError as error:
        job.report.note(
            f"left behind, perhaps: change set {found.name} of {job.stack_name} ({error.message})"
        )
        return
    if now is not None and not now.execution_status.startswith("EXECUTE_"):
        discard(job, found)


def discard_set(job: Job, found: ChangeSet) -> None:
    """Delete one change set, or name it where that cannot be done."""
    try:
        job.cloud.delete_change_set(found.id)
    except DeployError as error:
        job.report.note(
            f"left behind: change set {found.name} of {job.stack_name} ({error.message}); this deletes it: "
            + hints.aws_cli(job.cloud, f"delete-change-set --change-set-name {found.id}")
        )


def discard_stale(job: Job, stack: str) -> None:
    """Delete those of our own change sets of a stack that can never be executed."""
    for found in job.cloud.change_sets(stack):
        if found.name.startswith(OURS) and (found.status == "FAILED" or found.execution_status == "OBSOLETE"):
            discard_set(job, found)
