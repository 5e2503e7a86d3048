"""`gen bootstrap`: the stack that every other one of a region needs."""

from __future__ import annotations

import click

from generator.commands import deploy, options
from generator.commands.options import environment_option


@options.command(
    "bootstrap",
    examples="""
    gen bootstrap --region us-west-2
    gen bootstrap --region us-east-1 --env prod --yes
    """,
)
@environment_option
@click.option("--region", required=True, metavar="REGION", help="Region of the environment.")
@click.option("--plan", "plan_only", is_flag=True, help="Show the changes, execute nothing.")
@deploy.execution_options
@deploy.endpoint_options
def command(
    *,
    environment: str,
    region: str,
    plan_only: bool,
    yes: bool,
    timeout: int,
    endpoint_url: str | None,
    local: bool,
) -> None:
    """Deploy the artifact bucket and log role of an account and region."""
    from generator.deploy.job import Options

    with deploy.site(environment, endpoint_url, local=local) as here:
        chosen = Options(plan_only=plan_only, timeout_minutes=timeout)
        deploy.run(here, (region,), ("bootstrap",), chosen, yes=yes)
