"""`gen delete`: stacks, from the last to the first."""

from __future__ import annotations

from generator.commands import deploy, options
from generator.commands.options import environment_option, region_option, stack_option
from generator.config import targets


@options.command(
    "delete",
    examples="""
    gen delete --env dev --region us-west-2 --stack items
    gen delete --env dev --local
    """,
)
@environment_option
@region_option
@stack_option
@deploy.execution_options
@deploy.endpoint_options
def command(
    *,
    environment: str,
    regions: tuple[str, ...],
    stacks: tuple[str, ...],
    yes: bool,
    timeout: int,
    endpoint_url: str | None,
    local: bool,
) -> None:
    """Delete stacks, in reverse order of deployment."""
    from generator.deploy import delete
    from generator.deploy.environment import select

    with deploy.site(environment, endpoint_url, local=local) as here:
        named = [target.region for target in targets(here.environment, regions)]
        selected = select(here.templates, named, stacks)
        tools = deploy.tools(here, yes=yes)
        deploy.finish(delete.delete(here, selected, tools=tools, timeout_minutes=timeout))
