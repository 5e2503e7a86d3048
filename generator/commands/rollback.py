"""`gen rollback`: a stack whose operation failed, back to its last good state."""

from __future__ import annotations

import click

from generator.commands import deploy, options
from generator.commands.options import complete_stack, environment_option, region_option
from generator.errors import UsageError


@options.command(
    "rollback",
    examples="""
    gen rollback items --env dev --region us-west-2
    gen rollback items --env prod --region us-west-2 --continue
    gen rollback items --env prod --region us-west-2 --continue --skip Mapping --yes
    """,
)
@click.argument("stack", shell_complete=complete_stack)
@click.option(
    "--continue",
    "continuing",
    is_flag=True,
    help="Go on with a rollback that failed (UPDATE_ROLLBACK_FAILED).",
)
@click.option(
    "--skip",
    multiple=True,
    metavar="ID",
    help="Leave this resource as it is; NESTEDSTACK.ID for one of a nested stack. Repeat for several.",
)
@environment_option
@region_option
@deploy.execution_options
@deploy.endpoint_options
def command(
    *,
    stack: str,
    continuing: bool,
    skip: tuple[str, ...],
    environment: str,
    regions: tuple[str, ...],
    yes: bool,
    timeout: int,
    endpoint_url: str | None,
    local: bool,
) -> None:
    """Bring a stack whose operation failed back to its last good state."""
    from generator.deploy import on_request

    if skip and not continuing:
        raise UsageError("--skip is for a rollback that is continued", "add --continue")
    with deploy.site(environment, endpoint_url, local=local) as here:
        wanted = on_request.Wanted(stack, deploy.named_regions(here, regions), timeout)
        outcome = on_request.rollback(
            here, wanted, tools=deploy.tools(here, yes=yes), continuing=continuing, skip=skip
        )
    deploy.finish([outcome])
