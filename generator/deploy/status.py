"""What is deployed, and whether it is what is committed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from generator.deploy import local_swaps
from generator.deploy.environment import Site, check_account
from generator.deploy.template import Template


@dataclass(frozen=True)
class State:
    """One stack; ``status`` is None where there is none. ``equal``: the deployed template says the same."""

    key: str
    name: str
    status: str | None
    equal: bool = False
    protected: bool = False
    outputs: Mapping[str, str] = field(default_factory=dict)

    @property
    def in_words(self) -> str:
        """Status and equality for people."""
        if self.status is None:
            return "not deployed"
        return f"{self.status}, {'equals' if self.equal else 'DIFFERS FROM'} the committed template"


def states(site: Site, selected: Sequence[Template]) -> tuple[State, ...]:
    """The state of each stack, after the check of the account."""
    check_account(site, site.clouds(selected[0].gen.region))
    return tuple(state(site, one) for one in selected)


def state(site: Site, one: Template) -> State:
    """The state of one stack. On the embedded AWS the committed template is compared as it is sent there."""
    cloud = site.clouds(one.gen.region)
    stack = cloud.stack(one.gen.stack_name)
    if stack is None:
        return State(one.key, one.gen.stack_name, None)
    expected = local_swaps.swapped(one.body)[0] if site.local else one.body
    return State(
        key=one.key,
        name=stack.name,
        status=stack.status,
        equal=stack.status != "REVIEW_IN_PROGRESS" and cloud.template(stack.id) == expected,
        protected=stack.termination_protection,
        outputs=stack.outputs,
    )
