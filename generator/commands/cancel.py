"""`gen cancel`: stop what is running in a stack."""

from __future__ import annotations

import click

from generator.commands import deploy, options
from generator.commands.options import complete_stack, environment_option, region_option


@options.command(
    "cancel",
    examples="""
    gen cancel items --env dev --region us-west-2
    gen cancel items --env prod --region us-west-2 --yes
    """,
)
@click.argument("stack", shell_complete=complete_stack)
@environment_option
@region_option
@deploy.execution_options
@deploy.endpoint_options
def command(
    *,
    stack: str,
    environment: str,
    regions: tuple[str, ...],
    yes: bool,
    timeout: int,
    endpoint_url: str | None,
    local: bool,
) -> None:
    """Stop what is running in a stack, and roll it back."""
    from generator.deploy import on_request

    with deploy.site(environment, endpoint_url, local=local) as here:
        wanted = on_request.Wanted(stack, deploy.named_regions(here, regions), timeout)
        outcome = on_request.cancel(here, wanted, tools=deploy.tools(here, yes=yes))
    deploy.finish([outcome])
