"""Whether resources are still as their template says: `gen drift`, by CloudFormation's drift detection."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from generator.deploy.cloud import Cloud, Resource, UnreachableError
from generator.deploy.cloud_drift import Difference, ResourceDrift
from generator.deploy.environment import Site, check_accounts
from generator.deploy.template import Template
from generator.deploy.watch import Clock, Sight, Wait
from generator.errors import DeployError, DriftError, GenError

# "Detect drift on an entire CloudFormation stack" in the CloudFormation User Guide.
DETECTABLE = frozenset(
    {"CREATE_COMPLETE", "UPDATE_COMPLETE", "UPDATE_ROLLBACK_COMPLETE", "UPDATE_ROLLBACK_FAILED"}
)
DRIFTED = frozenset({"MODIFIED", "DELETED"})
VALUE_WIDTH = 60
NAMES = 3


@dataclass(frozen=True)
class Found:
    """What the detection found in one stack.

    ``unknown`` could not be read now (``reason`` says more), ``unsupported`` are of types that CloudFormation
    cannot check at all.
    """

    stack: str
    name: str
    drifted: tuple[ResourceDrift, ...]
    in_sync: int
    unknown: tuple[ResourceDrift, ...]
    unsupported: tuple[Resource, ...]
    reason: str = ""


@dataclass(frozen=True)
class Unchecked:
    """A stack in which drift cannot be detected now, and why."""

    stack: str
    name: str
    why: str


Result = Found | Unchecked


def detect(
    site: Site, selected: Sequence[Template], *, clock: Clock, interval: float, timeout_minutes: float
) -> tuple[Result, ...]:
    """Detect drift in every stack of ``selected``; all detections run at once.

    StillRunningError when one takes longer than ``timeout_minutes`` in all.
    """
    check_accounts(site, selected)
    wait = Wait(clock, clock.now() + timeout_minutes * 60, interval)
    return tuple(
        ended(site, one, begun, wait) for one, begun in [(one, begin(site, one)) for one in selected]
    )


def begin(site: Site, one: Template) -> Unchecked | tuple[str, str]:
    """Start a detection: the stack's ARN and the detection's id."""
    cloud = site.clouds(one.gen.region)
    stack = cloud.stack(one.gen.stack_name)
    if stack is None:
        return Unchecked(one.key, one.gen.stack_name, "it is not deployed")
    if stack.status not in DETECTABLE:
        return Unchecked(
            one.key,
            stack.name,
            f"it is in {stack.status}; drift can be detected in {', '.join(sorted(DETECTABLE))}",
        )
    try:
        return stack.id, cloud.start_drift_detection(stack.id)
    except UnreachableError:
        raise
    except DeployError as error:
        return Unchecked(one.key, stack.name, "; ".join(filter(None, (error.message, error.fix))))


def ended(site: Site, one: Template, begun: Unchecked | tuple[str, str], wait: Wait) -> Result:
    """Wait for a detection and read what it found."""
    if isinstance(begun, Unchecked):
        return begun
    cloud = site.clouds(one.gen.region)
    stack_id, identifier = begun
    again = f"run it again later: {command('drift', one)}{site.where}"
    sight = Sight()
    while True:
        with sight:
            detection = cloud.drift_detection(identifier)
            if detection.status != "DETECTION_IN_PROGRESS":
                return read(cloud, one, stack_id, detection.reason)
        wait.pause(f"the drift detection of {one.gen.stack_name}", again, sight.error)


def read(cloud: Cloud, one: Template, stack_id: str, reason: str) -> Found:
    """The results of the last detection, and the resources that it did not look at."""
    drifts = {drift.logical_id: drift for drift in cloud.drifts(stack_id)}
    checked = [drift for drift in drifts.values() if drift.status not in {"NOT_CHECKED", "UNSUPPORTED"}]
    names = {drift.logical_id for drift in checked}
    return Found(
        stack=one.key,
        name=one.gen.stack_name,
        drifted=tuple(drift for drift in checked if drift.status in DRIFTED),
        in_sync=sum(drift.status == "IN_SYNC" for drift in checked),
        unknown=tuple(drift for drift in checked if drift.status not in {*DRIFTED, "IN_SYNC"}),
        unsupported=tuple(
            resource
            for resource in cloud.resources(stack_id)
            if resource.logical_id not in names and resource.status != "DELETE_COMPLETE"
        ),
        reason=reason,
    )


def command(verb: str, one: Template) -> str:
    """``gen <verb>`` for one stack."""
    return f"gen {verb} --env {one.gen.environment} --region {one.gen.region} --stack {one.gen.service}"


def in_words(result: Result) -> str:
    """One stack in a few words."""
    match result:
        case Unchecked():
            return f"not checked: {result.why}"
        case Found(drifted=()) if result.unknown:
            return f"unknown: {counted(len(result.unknown))} could not be read"
        case Found(drifted=()):
            return f"no drift ({counted(result.in_sync)} checked)"
        case _:
            checked = counted(len(result.drifted) + result.in_sync)
            return f"DRIFTED: {len(result.drifted)} of {checked} checked"


def counted(number: int) -> str:
    """So many resources."""
    return f"{number} resource" if number == 1 else f"{number} resources"


def verdict(result: Result) -> str:
    """One word or two: ``in sync``, ``drifted``, ``unknown`` or ``not checked``."""
    match result:
        case Unchecked():
            return "not checked"
        case Found(drifted=()):
            return "unknown" if result.unknown else "in sync"
        case _:
            return "drifted"


def lines(result: Result) -> list[str]:
    """What drifted, what could not be read, and what cannot be checked at all."""
    if isinstance(result, Unchecked):
        return []
    found = []
    for drift in result.drifted:
        found.append(f"{drift.status} {drift.logical_id}  {drift.type}  {drift.physical_id}")
        found += [f"  {in_one_line(difference)}" for difference in drift.differences]
    for drift in result.unknown:
        found.append(f"UNKNOWN {drift.logical_id}  {drift.type}: {drift.reason or result.reason}")
    return found + [
        f"CloudFormation cannot check {kind}: {bounded(names)}"
        for kind, names in by_type(result.unsupported).items()
    ]


def bounded(names: Sequence[str]) -> str:
    """A few names; --json has all of them."""
    more = [f"and {len(names) - NAMES} more"] if len(names) > NAMES else []
    return ", ".join([*names[:NAMES], *more])


def in_one_line(difference: Difference) -> str:
    """A property, what the template says and what it is."""
    path = difference.path.strip("/").replace("/", ".")
    match difference.kind:
        case "ADD":
            return f"{path}: not in the template, is {short(difference.actual)}"
        case "REMOVE":
            return f"{path}: expected {short(difference.expected)}, is gone"
        case _:
            return f"{path}: expected {short(difference.expected)}, is {short(difference.actual)}"


def short(value: str) -> str:
    """A value that fits a line; --json has all of it."""
    return value if len(value) <= VALUE_WIDTH else value[: VALUE_WIDTH - 1] + "…"


def by_type(resources: Iterable[Resource]) -> Mapping[str, list[str]]:
    """Logical ids by type, both sorted."""
    found: dict[str, list[str]] = defaultdict(list)
    for resource in sorted(resources, key=lambda one: (one.type, one.logical_id)):
        found[resource.type].append(resource.logical_id)
    return found


def worst(site: Site, results: Sequence[Result]) -> GenError | None:
    """DriftError where something drifted; DeployError where the question has no answer; else None."""
    drifted = [one for one in results if isinstance(one, Found) and one.drifted]
    if drifted:
        keys = [one.stack for one in drifted]
        back = [
            f"{command('deploy', one)}{site.where} --revert-drift"
            for one in site.templates
            if one.key in keys
        ]
        names = (f"{one.stack}: {bounded([each.logical_id for each in one.drifted])}" for one in drifted)
        return DriftError(
            f"not as their template says: {'; '.join(names)}",
            f"take what was changed by hand into the service, or put it back: {'; '.join(back)}",
        )
    unanswered = [one for one in results if isinstance(one, Unchecked) or one.unknown]
    if unanswered:
        return DeployError(
            f"drift is not known in {', '.join(one.stack for one in unanswered)}",
            "what stands above says why; remove that, then run the same command",
        )
    return None


def record(result: Result) -> Mapping[str, object]:
    """One stack for scripts."""
    found: dict[str, object] = {
        "type": "drift",
        "stack": result.stack,
        "name": result.name,
        "verdict": verdict(result),
    }
    if isinstance(result, Unchecked):
        return found | {"why": result.why}
    return found | {
        "in_sync": result.in_sync,
        "resources": [
            {
                "logical_id": one.logical_id,
                "resource_type": one.type,
                "physical_id": one.physical_id,
                "status": one.status,
                "reason": one.reason,
                "differences": [
                    {"path": each.path, "expected": each.expected, "actual": each.actual, "kind": each.kind}
                    for each in one.differences
                ],
            }
            for one in (*result.drifted, *result.unknown)
        ],
        "unsupported": [
            {"logical_id": one.logical_id, "resource_type": one.type} for one in result.unsupported
        ],
    }
