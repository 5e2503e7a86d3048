"""`gen status`: what is deployed, and whether it equals what is committed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.commands import deploy, options
from generator.commands.options import environment_option, region_option, session, stack_option
from generator.config import targets

if TYPE_CHECKING:
    from generator.deploy.status import State


@options.command(
    "status",
    examples="""
    gen status --env prod
    gen status --env dev --local --json
    """,
)
@environment_option
@region_option
@stack_option
@deploy.endpoint_options
def command(
    *,
    environment: str,
    regions: tuple[str, ...],
    stacks: tuple[str, ...],
    endpoint_url: str | None,
    local: bool,
) -> None:
    """Show what is deployed, and whether it equals what is committed."""
    from generator.deploy.environment import select
    from generator.deploy.status import states

    with deploy.site(environment, endpoint_url, local=local) as here:
        named = [target.region for target in targets(here.environment, regions)]
        for state in states(here, select(here.templates, named, stacks)):
            tell(state)


def tell(state: State) -> None:
    """One stack: a line, and its outputs below."""
    console = session().console
    style = "green" if state.equal else "yellow"
    console.line(f"{console.paint('bold', state.key)}  {console.paint(style, state.in_words)}")
    for name, value in sorted(state.outputs.items()):
        console.line(f"  {name} = {value}")
    console.record(
        {
            "type": "status",
            "stack": state.key,
            "name": state.name,
            "status": state.status,
            "equal": state.equal,
            "protected": state.protected,
            "outputs": dict(state.outputs),
        }
    )
