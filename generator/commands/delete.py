"""`gen delete`: stacks, from the last to the first."""

from __future__ import annotations

import click

from generator.commands import deploy, options
from generator.commands.options import environment_option, region_option, stack_option
from generator.errors import UsageError


@options.command(
    "delete",
    examples="""
    gen delete --env dev --region us-west-2 --stack items
    gen delete --env dev --region us-west-2 --stack items --retain Bucket
    gen delete --env dev --local --yes
    """,
)
@environment_option
@region_option
@stack_option
@click.option(
    "--retain",
    multiple=True,
    metavar="ID",
    help="Leave this resource behind, when a deletion has failed before; repeat for several.",
)
@click.option(
    "--force",
    is_flag=True,
    help="Leave behind whatever cannot be deleted, when a deletion has failed before.",
)
@click.option(
    "--empty-artifacts",
    is_flag=True,
    help="Let the full artifact bucket of a production environment be emptied; others only ask.",
)
@deploy.execution_options
@deploy.endpoint_options
def command(
    *,
    environment: str,
    regions: tuple[str, ...],
    stacks: tuple[str, ...],
    retain: tuple[str, ...],
    force: bool,
    empty_artifacts: bool,
    yes: bool,
    timeout: int,
    endpoint_url: str | None,
    local: bool,
) -> None:
    """Delete stacks, in reverse order of deployment."""
    from generator.deploy import delete

    wish = delete.Wish(
        retain=retain,
        mode="FORCE_DELETE_STACK" if force else "STANDARD",
        named=frozenset(stacks),
        timeout_minutes=timeout,
        empty_artifacts=empty_artifacts,
    )
    with deploy.site(environment, endpoint_url, local=local) as here:
        selected = deploy.chosen_templates(here, regions, stacks)
        if wish.leaves_behind and len(selected) != 1:
            raise UsageError(
                f"{wish.leaves_behind} is for one stack, and {len(selected)} are selected",
                "name it with --region and --stack",
            )
        deploy.finish(delete.delete(here, selected, tools=deploy.tools(here, yes=yes), wish=wish))
