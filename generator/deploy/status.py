"""What is deployed, whether it is what is committed, and what protects it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from generator.deploy import diagnose, drift, holdings, local_swaps, review
from generator.deploy.cloud import Cloud, Resource, Stack
from generator.deploy.environment import Site, check_accounts
from generator.deploy.template import Template

PROTECTIONS = ("DeletionProtectionEnabled", "DeletionProtection")
KEEPS = frozenset({"Retain", "RetainExceptOnCreate", "Snapshot"})
POLICIES = {True: "ours", False: "another one", None: "none"}


@dataclass(frozen=True)
class Data:
    """A resource that holds data, and what keeps it.

    The policies are those of the deployed template. ``protected`` is None where its type knows no deletion
    protection, or the template does not say.
    """

    logical_id: str
    type: str
    physical_id: str
    deletion_policy: str
    replace_policy: str
    protected: bool | None

    @property
    def kept(self) -> bool:
        """Whether deleting the stack, or replacing the resource, leaves the data."""
        return self.deletion_policy in KEEPS and self.replace_policy in KEEPS


@dataclass(frozen=True)
class State:
    """One stack; ``status`` is None where there is none. ``equal``: the deployed template says the same.

    ``policy`` is whether the stack policy is the one that ``gen`` sets in production, None without any.
    ``waiting`` are names of change sets that could be executed. ``changed`` is ISO 8601.
    """

    key: str
    name: str
    status: str | None
    production: bool = False
    equal: bool = False
    protected: bool = False
    policy: bool | None = None
    data: tuple[Data, ...] = ()
    outputs: Mapping[str, str] = field(default_factory=dict)
    changed: str = ""
    waiting: tuple[str, ...] = ()
    drift: drift.Result | None = None
    hint: str = ""  # what to run where the last operation failed

    @property
    def in_words(self) -> str:
        """Status and equality for people."""
        if self.status is None:
            return "not deployed"
        return f"{self.status}, {'equals' if self.equal else 'DIFFERS FROM'} the committed template"


def states(site: Site, selected: Sequence[Template]) -> tuple[State, ...]:
    """The state of each stack, after the check of the account."""
    check_accounts(site, selected)
    return tuple(state(site, one) for one in selected)


def with_drift(found: Sequence[State], results: Sequence[drift.Result]) -> tuple[State, ...]:
    """``found`` with the results of a drift detection of the same stacks."""
    return tuple(replace(one, drift=result) for one, result in zip(found, results, strict=True))


def state(site: Site, one: Template) -> State:
    """The state of one stack. On the embedded AWS the committed template is compared as it is sent there."""
    cloud = site.clouds(one.gen.region)
    stack = cloud.stack(one.gen.stack_name)
    if stack is None:
        return State(one.key, one.gen.stack_name, None, production=one.gen.production)
    expected = local_swaps.swapped(one.body)[0] if site.local else one.body
    deployed = deployed_template(cloud, stack)
    policy = cloud.stack_policy(stack.id)
    gen = one.gen
    failed = diagnose.verdict_of(stack.status) == "failed"
    return State(
        key=one.key,
        name=stack.name,
        status=stack.status,
        production=one.gen.production,
        equal=deployed == expected,
        protected=stack.termination_protection,
        policy=review.same_policy(policy, review.stack_policy(())) if policy else None,
        hint=f"gen diagnose {gen.service} --env {gen.environment} --region {gen.region}{site.where}"
        if failed
        else "",
        data=data(holdings.resources(cloud, stack), deployed),
        outputs=stack.outputs,
        changed=stack.changed,
        waiting=tuple(
            sorted(
                found.name
                # By name: the embedded AWS takes no ARN here, and only one living stack has the name.
                for found in cloud.change_sets(stack.name)
                if found.status == "CREATE_COMPLETE" and found.execution_status == "AVAILABLE"
            )
        ),
    )


def deployed_template(cloud: Cloud, stack: Stack) -> Mapping[str, Mapping[str, Mapping[str, object]]]:
    """The template that the stack was made from; empty for a shell, which was made from none."""
    return {} if stack.status == "REVIEW_IN_PROGRESS" else cloud.template(stack.id)


def data(
    resources: Sequence[Resource], deployed: Mapping[str, Mapping[str, Mapping[str, object]]]
) -> tuple[Data, ...]:
    """The resources that hold data, with what the deployed template says about keeping them."""
    found = []
    for resource in resources:
        if resource.type not in review.STATEFUL or resource.status == "DELETE_COMPLETE":
            continue
        declared = deployed.get("Resources", {}).get(resource.logical_id, {})
        properties = declared.get("Properties", {})
        said = [
            properties[name] for name in PROTECTIONS if isinstance(properties, dict) and name in properties
        ]
        found.append(
            Data(
                logical_id=resource.logical_id,
                type=resource.type,
                physical_id=resource.physical_id,
                deletion_policy=str(declared.get("DeletionPolicy", "Delete")),
                replace_policy=str(declared.get("UpdateReplacePolicy", "Delete")),
                protected=said[0] is True if said else None,
            )
        )
    return tuple(sorted(found, key=lambda one: one.logical_id))


def table(found: Sequence[State]) -> list[str]:
    """One line a stack below a line of headings, in columns. Drift has a column when it was asked for."""
    rows = [row(one) for one in found]
    headings = [name for name in rows[0] if name != "DRIFT" or any(one.drift for one in found)]
    cells = [headings, *([each[name] for name in headings] for each in rows)]
    widths = [max(len(line[column]) for line in cells) for column in range(len(headings))]
    return [
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
        for line in cells
    ]


def row(one: State) -> Mapping[str, str]:
    """The cells of one stack by heading."""
    there = one.status is not None
    kept = sum(each.kept for each in one.data)
    return {
        "STACK": one.key,
        "STATUS": one.status or "not deployed",
        "TEMPLATE": ("equal" if one.equal else "DIFFERS") if there else "-",
        "DRIFT": drift.verdict(one.drift) if one.drift else "-",
        "TERMINATION": ("protected" if one.protected else "open") if there else "-",
        "POLICY": POLICIES[one.policy] if there else "-",
        "DATA": f"{kept} of {len(one.data)} kept" if one.data else "-",
        "CHANGE SETS": f"{len(one.waiting)} waiting" if one.waiting else "-",
        "CHANGED": diagnose.readable(one.changed) if one.changed else "-",
    }


def remarks(one: State) -> list[str]:
    """What a person should know about a stack and no cell has room for."""
    found = []
    if one.status is not None and not one.equal:
        found.append("DIFFERS FROM the committed template")
    found += [f"what to do: {one.hint}"] if one.hint else []
    if one.status is not None and one.production:
        found += [] if one.protected else ["production without termination protection"]
        found += [] if one.policy else ["production without the stack policy that keeps data"]
        found += [
            f"{each.logical_id} ({each.type}): its data would go with it (DeletionPolicy "
            f"{each.deletion_policy}, UpdateReplacePolicy {each.replace_policy})"
            for each in one.data
            if not each.kept
        ]
        found += [
            f"{each.logical_id} ({each.type}): deletion protection is off"
            for each in one.data
            if each.protected is False
        ]
    found += [f"change set waiting: {name}" for name in one.waiting]
    if one.drift:
        found += [f"drift: {drift.in_words(one.drift)}", *drift.lines(one.drift)]
    return found


def record(one: State) -> Mapping[str, object]:
    """One stack for scripts."""
    return {
        "type": "status",
        "stack": one.key,
        "name": one.name,
        "status": one.status,
        "equal": one.equal,
        "production": one.production,
        "protected": one.protected,
        "policy": POLICIES[one.policy] if one.status is not None else None,
        "data": [
            {
                "logical_id": each.logical_id,
                "resource_type": each.type,
                "physical_id": each.physical_id,
                "deletion_policy": each.deletion_policy,
                "update_replace_policy": each.replace_policy,
                "deletion_protection": each.protected,
            }
            for each in one.data
        ],
        "outputs": dict(one.outputs),
        "changed": one.changed or None,
        "change_sets": list(one.waiting),
        "drift": drift.record(one.drift) if one.drift else None,
    }
