"""`gen status`: what is deployed, and whether it equals what is committed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from generator.commands import deploy, options
from generator.commands import drift as drift_command
from generator.commands.options import environment_option, region_option, session, stack_option

if TYPE_CHECKING:
    from generator.deploy.status import State


@options.command(
    "status",
    examples="""
    gen status --env prod
    gen status --env prod --drift
    gen status --env dev --local --json
    """,
)
@environment_option
@region_option
@stack_option
@click.option("--drift", "with_drift", is_flag=True, help="Detect drift as well, which takes a while.")
@drift_command.timeout_option
@deploy.endpoint_options
def command(
    *,
    environment: str,
    regions: tuple[str, ...],
    stacks: tuple[str, ...],
    with_drift: bool,
    timeout: int,
    endpoint_url: str | None,
    local: bool,
) -> None:
    """Show what is deployed, and whether it equals what is committed."""
    from generator.deploy import status

    with deploy.site(environment, endpoint_url, local=local) as here:
        selected = deploy.chosen_templates(here, regions, stacks)
        found = status.states(here, selected)
        if with_drift:
            found = status.with_drift(found, drift_command.detect(here, selected, timeout))
    tell(found)


def tell(found: Sequence[State]) -> None:
    """A table, then what each stack's line has no room for, and its outputs."""
    from generator.deploy import status

    console = session().console
    heading, *lines = status.table(found)
    console.line(console.paint("bold", heading))
    for one, line in zip(found, lines, strict=True):
        fine = one.equal and not status.remarks(one)
        console.line(console.paint("green" if fine else "yellow", line))
    for one in found:
        below = [console.paint("yellow", text) for text in status.remarks(one)]
        below += [f"{name} = {value}" for name, value in sorted(one.outputs.items())]
        if below:
            console.line(console.paint("bold", one.key))
        for text in below:
            console.line(f"  {text}")
        console.record(status.record(one))
