"""What changes in nested stacks. CloudFormation makes their change sets along with the one of their parent.

They are executed and deleted with it ("Change sets for nested stacks", CloudFormation User Guide).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from generator.deploy import plan
from generator.deploy.cloud import Change, ChangeSet, Cloud, StackMovedError
from generator.deploy.failure import NESTED
from generator.errors import DeployError

DEPTH = 10  # Stacks in stacks that are followed; a cycle is impossible, but a bound costs nothing.
UNTOLD = "what changes in nested stacks is not told"
# "Nested change set arn:… was not successfully created: Currently in FAILED."
CHILD_FAILED = re.compile(r"Nested change set (?P<id>\S+) was not successfully created")
# An engine that has none; and CloudFormation where the value of a child's parameter is not known before the
# parent runs, so that it checks a placeholder in its place.
UNSUPPORTED = re.compile(
    r"IncludeNestedStacks|nested (stacks?|change sets?) (is|are) not (supported|implemented)"
    r"|\{\{IntrinsicFunction",
    re.IGNORECASE,
)
Note = Callable[[str], None]


def holds_stacks(body: Mapping[str, Any]) -> bool:
    """Whether a template has nested stacks."""
    return any(resource["Type"] == NESTED for resource in body["Resources"].values())


def unsupported(reason: str) -> bool:
    """Whether that is why change sets of nested stacks cannot be made, though the stacks could."""
    return bool(UNSUPPORTED.search(reason))


def with_children(cloud: Cloud, found: ChangeSet, note: Note) -> ChangeSet:
    """``found`` with what changes in nested stacks behind its own changes, named ``Nested/Resource``.

    Of one that failed since a nested one did, the reason is the nested one's.
    """
    if found.status == "FAILED":
        return replace(found, reason=deepest_reason(cloud, found))
    changes = all_changes(cloud, found.changes, "", DEPTH)
    if unread := [change.logical_id for change in changes if is_untold(change)]:
        note(f"{UNTOLD}: {', '.join(unread)}")
    return replace(found, changes=changes)


def all_changes(cloud: Cloud, changes: tuple[Change, ...], prefix: str, depth: int) -> tuple[Change, ...]:
    """``changes`` and those in nested stacks. A nested one that cannot be read has no change set any more."""
    found: list[Change] = []
    for change in changes:
        named = replace(change, logical_id=prefix + change.logical_id)
        child = read(cloud, change.change_set) if change.change_set and depth else None
        if child is None:
            found.append(replace(named, change_set=""))
            continue
        found += [named, *all_changes(cloud, child.changes, f"{named.logical_id}/", depth - 1)]
    return tuple(found)


def read(cloud: Cloud, identifier: str) -> ChangeSet | None:
    """The change set of a nested stack; None where it is not there, not to be read, or not computed."""
    try:
        found = cloud.change_set(identifier)
    except StackMovedError:
        return None
    computed = found is not None and (found.status == "CREATE_COMPLETE" or plan.is_empty(found))
    return found if computed else None


def is_untold(change: Change) -> bool:
    """Whether a nested stack changes, and nobody can see what in it."""
    return change.type == NESTED and change.action not in {"Add", "Remove"} and not change.change_set


def deepest_reason(cloud: Cloud, found: ChangeSet) -> str:
    """Why a change set failed; where that is a nested one, why that did."""
    reason = found.reason
    for _ in range(DEPTH):
        told = CHILD_FAILED.search(reason)
        if not told:
            break
        try:
            child = cloud.change_set(told["id"].rstrip(".:"))
        except DeployError:
            break
        if child is None or not child.reason or plan.is_empty(child):
            break
        reason = f"{child.stack_id.split('/')[1]}: {child.reason}"
    return reason
