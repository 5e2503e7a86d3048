"""`gen bootstrap`: the stack that every other one of a region needs."""

from __future__ import annotations

from dataclasses import replace

import click

from generator.commands import deploy, fresh, linted, options
from generator.commands.options import environment_option, session


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
@fresh.render_check_option
@linted.lint_option
@deploy.endpoint_options
def command(
    *,
    environment: str,
    region: str,
    plan_only: bool,
    yes: bool,
    timeout: int,
    no_render_check: bool,
    no_lint: bool,
    endpoint_url: str | None,
    local: bool,
) -> None:
    """Deploy the artifact bucket and log role of an account and region."""
    from generator.deploy.job import Options

    with deploy.site(environment, endpoint_url, local=local) as found:
        here = replace(found, checks=deploy.left_out(no_render_check=no_render_check, no_lint=no_lint))
        chosen = Options(plan_only=plan_only, timeout_minutes=timeout)
        if not no_render_check:
            fresh.check(session(), here.environment, deploy.chosen_templates(here, (region,), ("bootstrap",)))
        if not no_lint:
            linted.refuse_errors(session(), deploy.chosen_templates(here, (region,), ("bootstrap",)))
        deploy.run(here, (region,), ("bootstrap",), chosen, yes=yes)
