"""What a stack holds, and what becomes of it when the stack is deleted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from generator.deploy import review
from generator.deploy.cloud import Cloud, Resource, Stack
from generator.errors import RefusedError

GONE = "DELETE_COMPLETE"
ARTIFACT_BUCKET = "ArtifactBucketName"  # the output of bootstrap that names its bucket


def resources(cloud: Cloud, stack: Stack) -> tuple[Resource, ...]:
    """All resources of a stack. An empty shell has none, and not every engine can be asked for them."""
    return () if stack.status == "REVIEW_IN_PROGRESS" else cloud.resources(stack.id)


def held(cloud: Cloud, stack: Stack) -> tuple[Resource, ...]:
    """The resources that are still there."""
    return tuple(found for found in resources(cloud, stack) if found.status != GONE and found.physical_id)


def undeletable(cloud: Cloud, stack: Stack) -> tuple[Resource, ...]:
    """The resources that a deletion or a rollback tried to delete and could not."""
    stuck = [found for found in resources(cloud, stack) if found.status == "DELETE_FAILED"]
    return with_reasons(cloud, stack, stuck)


def with_reasons(cloud: Cloud, stack: Stack, stuck: Sequence[Resource]) -> tuple[Resource, ...]:
    """Resources in a failed state, each with its reason: a list of resources may leave that to the events."""
    if all(found.reason for found in stuck):
        return tuple(stuck)
    events = cloud.events(stack.id, after=None)
    told = {event.logical_id: event.reason for event in events if event.status.endswith("_FAILED")}
    return tuple(replace(found, reason=found.reason or told.get(found.logical_id, "")) for found in stuck)


def policies(cloud: Cloud, stack: Stack) -> dict[str, str]:
    """Logical id → deletion policy, from the template that is deployed and not from the committed one."""
    if stack.status == "REVIEW_IN_PROGRESS":
        return {}
    resources = cloud.template(stack.id).get("Resources", {})
    return {name: resource.get("DeletionPolicy", "Delete") for name, resource in resources.items()}


def fates(cloud: Cloud, stack: Stack, behind: frozenset[str]) -> tuple[str, ...]:
    """A line for each resource that matters to a deletion: those that hold data, and all that stay.

    ``behind`` are resources that this deletion leaves behind whatever their policy says.
    """
    policy = policies(cloud, stack)
    lines = []
    for found in held(cloud, stack):
        stays = policy.get(found.logical_id, "Delete") != "Delete" or found.logical_id in behind
        if stays or found.type in review.STATEFUL:
            lines.append(
                f"{'keeps' if stays else 'DELETES'} {found.logical_id}  {found.type}  {found.physical_id}"
            )
    return tuple(lines)


def full_buckets(cloud: Cloud, stack: Stack, behind: frozenset[str]) -> tuple[Resource, ...]:
    """The full buckets that would be deleted: CloudFormation fails on them, half done."""
    policy = policies(cloud, stack)
    return tuple(
        found
        for found in held(cloud, stack)
        if found.type == "AWS::S3::Bucket"
        and policy.get(found.logical_id) == "Delete"
        and found.logical_id not in behind
        and not cloud.is_empty(found.physical_id)
    )


def artifact_bucket(stack: Stack, buckets: Sequence[Resource]) -> Resource | None:
    """The one of ``buckets`` that holds packages and templates of ours, which can be made again."""
    ours = stack.outputs.get(ARTIFACT_BUCKET)
    return next((found for found in buckets if found.physical_id == ours), None)


def refuse_full(stack: Stack, buckets: Sequence[Resource]) -> None:
    """RefusedError for a bucket whose objects nobody but their owner can judge."""
    for found in buckets:
        raise RefusedError(
            f"bucket {found.physical_id} ({found.logical_id} of {stack.name}) is not empty, so "
            "CloudFormation could not delete it",
            "look at what it holds and delete every version (the console's 'Empty' does), or let it live "
            f"on (deletion policy Retain on {found.logical_id}, render, deploy); then run again",
        )


def named(resource: Resource) -> str:
    """``LogicalId (physical id)``."""
    return f"{resource.logical_id} ({resource.physical_id})"


def because(resource: Resource) -> str:
    """A resource that is stuck, and why."""
    return f"{named(resource)}: {resource.reason or resource.status}"
