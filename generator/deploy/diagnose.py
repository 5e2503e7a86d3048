"""Why the last operation on a stack failed, what it left, and what to run: `gen diagnose`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from generator.deploy import endings, explain, failure, hints, holdings, skips
from generator.deploy.cloud import ChangeSet, Cloud, Event, Stack, Validation
from generator.deploy.environment import Site
from generator.deploy.failure import Cause, Left
from generator.deploy.job import Options, come_back
from generator.deploy.plan import Stop, plan, settled
from generator.deploy.template import Template
from generator.errors import UsageError


@dataclass(frozen=True)
class Subject:
    """A stack that somebody asks about; ``template`` is None where none that is committed makes it."""

    region: str
    name: str  # or ARN
    template: Template | None

    @property
    def key(self) -> str:
        """``<region>/<stack>``."""
        return self.template.key if self.template else f"{self.region}/{self.name}"


@dataclass(frozen=True)
class Diagnosis:
    """One screen. ``verdict`` is ``never deployed``, ``deleted``, ``empty``, ``running``, ``healthy``,
    ``failed`` or ``refused`` (the stack is as it was, but a later change set was not let through).

    ``since`` is when the last operation began, or the stack was deleted: ISO 8601, empty where not known.
    """

    stack: str
    name: str
    verdict: str
    status: str | None = None
    since: str = ""
    cause: Cause | None = None
    left: tuple[Left, ...] = ()
    next: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


def subjects(site: Site, wanted: str, regions: Sequence[str]) -> tuple[Subject, ...]:
    """The stacks that ``wanted`` (short name, full name or ARN) means in ``regions``.

    UsageError, with the nearest known name, where there is none.
    """
    if wanted.startswith("arn:"):
        return (by_arn(site, wanted),)
    here = [one for one in site.templates if one.gen.region in regions]
    found = [one for one in here if wanted in {one.gen.service, one.gen.stack_name}]
    if found:
        return tuple(Subject(one.gen.region, one.gen.stack_name, one) for one in found)
    from difflib import get_close_matches

    known = sorted({one.gen.service for one in here})
    near = get_close_matches(wanted, [*known, *(one.gen.stack_name for one in here)], n=1)
    raise UsageError(
        f"there is no stack {wanted!r} in {', '.join(regions)}; known: {', '.join(known) or 'none'}",
        f"did you mean {near[0]!r}?" if near else "name one of them, its full name, or a stack's ARN",
    )


def by_arn(site: Site, arn: str) -> Subject:
    """The stack of an ARN, which also names deleted and nested stacks."""
    parts = arn.split(":", 5)
    path = parts[-1].split("/")
    if len(parts) != 6 or parts[2] != "cloudformation" or len(path) != 3 or path[0] != "stack":
        raise UsageError(
            f"{arn!r} is not the ARN of a stack",
            "arn:aws:cloudformation:<region>:<account>:stack/<name>/<id>, or the stack's name",
        )
    made_by = [one for one in site.templates if one.gen.region == parts[3] and one.gen.stack_name == path[1]]
    return Subject(parts[3], arn, made_by[0] if made_by else None)


def diagnose(site: Site, subject: Subject) -> Diagnosis:
    """What became of the last operation on a stack, and of what it made."""
    cloud = site.clouds(subject.region)
    stack = cloud.stack(subject.name)
    if stack is None and subject.name.startswith("arn:"):
        raise UsageError(
            f"there is no stack {subject.name}", "AWS forgets a deleted stack after 90 days; check the region"
        )
    if stack is None:
        gone = cloud.deleted_stacks(subject.name)
        if not gone:
            return Diagnosis(subject.key, subject.name, "never deployed", next=(deploy(site, subject),))
        stack = gone[0]
    if stack.status == "DELETE_COMPLETE":
        operation = last_operation(cloud, stack)
        return Diagnosis(
            stack=subject.key,
            name=stack.name,
            verdict="deleted",
            status=stack.status,
            since=operation[-1].time if operation else stack.changed,
            left=failure.left(operation, ()),
            next=(deploy(site, subject),),
        )
    return living(site, subject, cloud, stack)


def living(site: Site, subject: Subject, cloud: Cloud, stack: Stack) -> Diagnosis:
    """The diagnosis of a stack that exists."""
    notes: list[str] = []
    operation = last_operation(cloud, stack)
    found = explain.validations(cloud, notes.append, stack=stack.id)
    verdict = verdict_of(stack.status)
    cause = explain.root_cause(operation, found) if verdict in {"failed", "running"} else None
    refused = failure.joined(failure.causes((), later(operation, found)))
    if refused is not None and verdict in {"empty", "healthy", "failed"}:
        verdict, cause = "refused", refused
    if verdict == "empty":
        notes += map(in_words, cloud.change_sets(stack.name))
    return Diagnosis(
        stack=subject.key,
        name=stack.name,
        verdict=verdict,
        status=stack.status,
        since=operation[0].time if operation else stack.changed,
        cause=cause,
        left=left_by(cloud, stack, operation) if verdict != "empty" else (),
        next=next_commands(site, subject, stack, verdict),
        notes=tuple(notes),
    )


def left_by(cloud: Cloud, stack: Stack, operation: Sequence[Event]) -> tuple[Left, ...]:
    """What the last operation left and why: what could not go back, could not be deleted, or was kept."""
    if stack.status == "UPDATE_ROLLBACK_FAILED":
        reverts = skips.stuck(cloud, stack.id)
        return tuple(Left(one.name, one.type, one.physical_id, one.reason) for one in reverts)
    resources = cloud.resources(stack.id)
    reasons = {one.logical_id: one for one in holdings.with_reasons(cloud, stack, failure.stuck(resources))}
    return failure.left(operation, [reasons.get(one.logical_id, one) for one in resources])


def in_words(one: ChangeSet) -> str:
    """A change set and what became of it."""
    return f"change set {one.name}: {one.status}" + (f": {one.reason}" if one.reason else "")


def last_operation(cloud: Cloud, stack: Stack) -> tuple[Event, ...]:
    """The events of the last operation, and those of nested stacks that took part."""
    return explain.with_nested(cloud, failure.last_operation(cloud.events(stack.id, after=None)))


def verdict_of(status: str) -> str:
    """What a status says about the last operation."""
    if status == "REVIEW_IN_PROGRESS":
        return "empty"
    if not settled(status):
        return "running"
    return "failed" if status.endswith("_FAILED") or "ROLLBACK" in status else "healthy"


def later(operation: Sequence[Event], found: Sequence[Validation]) -> tuple[Validation, ...]:
    """Findings on change sets that were made after ``operation`` had ended."""
    end = max((event.time for event in operation), default="")
    return tuple(one for one in found if end and one.time > end)


def next_commands(site: Site, subject: Subject, stack: Stack, verdict: str) -> tuple[str, ...]:
    """What to run now."""
    one = subject.template
    if verdict == "healthy":
        return ()
    if one is None:
        return (
            "no committed template makes this stack; look at its parent, or: "
            + hints.aws_cli(site.clouds(subject.region), f"describe-stack-events --stack-name {stack.id}"),
        )
    step = plan(stack.status, Options(), production=one.gen.production)
    if isinstance(step, Stop):
        return endings.ways_out(one.gen, site.where, site.clouds(one.gen.region), stack, step)
    if verdict == "running":
        return (come_back(one.gen, site.where),)
    if verdict in {"failed", "refused"}:
        return (f"remove the cause, then: {deploy(site, subject)}",)
    return (deploy(site, subject),)


def deploy(site: Site, subject: Subject) -> str:
    """The command that deploys the stack."""
    if subject.template is None:
        return "no committed template makes this stack"
    gen = subject.template.gen
    return f"gen deploy --env {gen.environment} --region {gen.region} --stack {gen.service}{site.where}"


HEADLINES = {
    "never deployed": "never deployed, and not deleted in the last 90 days",
    "deleted": "deleted",
    "empty": "{status}: an empty shell; a change set was made and never executed",
    "running": "{status}: an operation is running",
    "healthy": "{status}: nothing failed",
    "failed": "{status}: the last operation failed",
    "refused": "{status}: unchanged; a change set that was made later is not let through",
}


def screen(found: Diagnosis) -> list[str]:
    """The diagnosis for people: a headline, then what, what is left, what to run."""
    headline = HEADLINES[found.verdict].format(status=found.status)
    since = f", since {readable(found.since)}" if found.verdict == "running" and found.since else ""
    at = f" at {readable(found.since)}" if found.verdict == "deleted" and found.since else ""
    lines = [f"{found.stack}  {found.name}  {headline}{since}{at}"]
    lines += [f"  {text}" for text in failure.cause_lines(found.cause)]
    if found.verdict == "failed" and found.cause is None:
        lines.append("  cause: none of its events tells one")
    lines += [f"  left: {one}" for one in found.left]
    if found.verdict in {"failed", "deleted"} and not found.left:
        lines.append("  left: nothing outside the stack")
    return [*lines, *(f"  note: {text}" for text in found.notes), *(f"  next: {text}" for text in found.next)]


def readable(time: str) -> str:
    """An ISO 8601 time of AWS, which is in UTC, for people."""
    return f"{time[:19].replace('T', ' ')} UTC"


def record(found: Diagnosis) -> Mapping[str, object]:
    """The diagnosis for scripts."""
    return {
        "type": "diagnosis",
        "stack": found.stack,
        "name": found.name,
        "verdict": found.verdict,
        "status": found.status,
        "since": found.since or None,
        "cause": failure.record(found.cause),
        "left": [
            {
                "logical_id": one.logical_id,
                "resource_type": one.type,
                "physical_id": one.physical_id,
                "why": one.why,
            }
            for one in found.left
        ],
        "next": list(found.next),
        "notes": list(found.notes),
    }
