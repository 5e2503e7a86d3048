"""Change sets: made under a name of their own, waited for, and never left behind."""

from __future__ import annotations

import hashlib
from base64 import b64encode
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace

from generator.deploy import hints, nested, parameters, plan, template
from generator.deploy.cloud import (
    Alarm,
    ChangeSet,
    ChangeSetRequest,
    ChangeSetType,
    StackMovedError,
    UnreadableError,
)
from generator.deploy.job import Job
from generator.deploy.watch import Sight, Wait
from generator.errors import DeployError, StillRunningError

ATTEMPTS = 50
OURS = "gen-"
GOING_S = 30  # How long the change sets of nested stacks may take to go.


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
        nested=nested.holds_stacks(job.body),
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
    """Make the change set and wait until CloudFormation has computed it, or says why it cannot.

    It holds the changes of nested stacks too. Where those cannot be had, it is made without them.
    """
    try:
        found = made_and_computed(job, wanted)
    except DeployError as error:
        if not wanted.nested or not nested.unsupported(error.message):
            raise
        return create_without_nested(job, wanted, error.message)
    try:
        found = nested.with_children(job.cloud, found, job.report.note)
    except BaseException:
        discard(job, found)
        raise
    if wanted.nested and found.status == "FAILED" and nested.unsupported(found.reason):
        discard_set(job, found)
        return create_without_nested(job, wanted, found.reason)
    return found


def create_without_nested(job: Job, wanted: ChangeSetRequest, reason: str) -> ChangeSet:
    """As ``create``, after a word on why it tells less."""
    job.report.note(f"no change sets of nested stacks can be made ({reason})")
    return create(job, replace(wanted, nested=False))


def made_and_computed(job: Job, wanted: ChangeSetRequest) -> ChangeSet:
    """One change set under a name of its own; none is left behind where that fails."""
    made = first_free(job, wanted)
    try:
        return computed(job, made)
    except BaseException:
        discard(job, made)
        raise


def computed(job: Job, made: ChangeSet) -> ChangeSet:
    """The change set when CloudFormation is done with it; DeployError when that takes too long.

    Nothing runs then that would go on without us.
    """
    wait, sight = job.wait(), Sight()
    while True:
        with sight:
            found = job.cloud.change_set(made.id)
            if found is None:
                raise StackMovedError(f"change set {made.name} was deleted by somebody", job.again)
            if found.stack_id != made.stack_id:
                raise UnreadableError(
                    f"change set {made.name} is said to be of {found.stack_id}, not of {made.stack_id}",
                    job.again,
                )
            if found.status not in plan.COMPUTING:
                return found
        try:
            wait.pause("", job.again, sight.error)
        except StillRunningError:
            raise uncomputed(job, made, sight) from None


def uncomputed(job: Job, made: ChangeSet, sight: Sight) -> DeployError:
    """CloudFormation did not get done with a change set within our time, or we could not see it."""
    because = f" ({sight.error.message})" if sight.error else ""
    return DeployError(
        f"change set {made.name} of {job.stack_name} was not ready within {job.options.timeout_minutes:g} "
        f"minutes{because}; nothing was executed",
        f"to try again, with --timeout for more time: {job.again}",
    )


def first_free(job: Job, wanted: ChangeSetRequest) -> ChangeSet:
    """A new change set under the first name that nobody uses: others may deploy at the same moment."""
    for attempt in range(1, ATTEMPTS + 1):
        job.tools.raise_if_stopped()
        named = replace(wanted, name=job.template.change_set_name(attempt), token=job.tools.token())
        job.report.progress.making(named.name)
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
        if any(other.id != found.id and is_alive(other) for other in job.cloud.change_sets(job.stack_name)):
            return  # Somebody else is looking at a change set of the same new stack.
        job.cloud.delete_stack(stack.id, token=job.tools.token())
    except DeployError as error:
        job.report.note(
            f"left behind: {job.stack_name}, if it is empty and in REVIEW_IN_PROGRESS ({error.message}); "
            "the next deployment uses it, and this deletes it: "
            + hints.aws_cli(job.cloud, f"delete-stack --stack-name {found.stack_id}")
        )


def is_alive(found: ChangeSet) -> bool:
    """Whether somebody may yet execute a change set. Another engine also lists those of deleted stacks."""
    return found.status in plan.COMPUTING or found.execution_status == "AVAILABLE"


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
        job.report.progress.making("")
    except DeployError as error:
        job.report.note(
            f"left behind: change set {found.name} of {job.stack_name} ({error.message}); this deletes it: "
            + hints.aws_cli(job.cloud, f"delete-change-set --change-set-name {found.id}")
        )
        return
    discard_children(job, found)


def discard_children(job: Job, found: ChangeSet) -> None:
    """See that the change sets of nested stacks go with their parent's, which takes CloudFormation a moment.

    Those that another engine leaves are deleted one by one.
    """
    left = [change.change_set for change in found.changes if change.change_set]
    clock = job.tools.clock
    wait = Wait(clock, clock.now() + GOING_S, job.tools.interval)
    try:
        with suppress(StillRunningError, KeyboardInterrupt):
            while left := [one for one in left if job.cloud.change_set(one) is not None]:
                wait.pause("the deletion of change sets", job.again)
        for one in left:
            job.cloud.delete_change_set(one)
    except DeployError as error:
        job.report.note(
            f"left behind, perhaps: change sets of stacks nested in {job.stack_name} ({error.message})"
        )


def discard_stale(job: Job, stack: str) -> None:
    """Delete those of our own change sets of a stack that can never be executed."""
    for found in job.cloud.change_sets(stack):
        if found.name.startswith(OURS) and dead(found):
            discard_set(job, found)


def tidy(job: Job, *, executed: ChangeSet | None) -> None:
    """See that no change set of ours waits on a stack that is done, unless it is named.

    Those that can never be executed are deleted, and those that a run left which was killed: they are older
    than the one that was ``executed``, and were made for the stack as it was before. CloudFormation deletes
    them itself, as a rule. Nothing that goes wrong here makes the deployment a failure.
    """
    try:
        waiting = [found for found in job.cloud.change_sets(job.stack_name) if waits(found)]
    except DeployError as error:
        job.report.note(f"whether change sets wait on {job.stack_name} is not known ({error.message})")
        return
    for found in waiting:
        if dead(found) or (executed is not None and found.created <= executed.created):
            discard_set(job, found)
        else:
            job.report.note(
                f"change set {found.name} of {job.stack_name} waits, from another run; this deletes it: "
                + hints.aws_cli(job.cloud, f"delete-change-set --change-set-name {found.id}")
            )


def waits(found: ChangeSet) -> bool:
    """Whether a change set is ours and was never executed."""
    executed = found.execution_status.startswith("EXECUTE_")
    return found.name.startswith(OURS) and not executed and not found.status.startswith("DELETE_")


def dead(found: ChangeSet) -> bool:
    """Whether a change set can never be executed."""
    return found.status == "FAILED" or found.execution_status == "OBSOLETE"
