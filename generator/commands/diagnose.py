"""`gen diagnose`: why the last operation on a stack failed, on one screen."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import click

from generator.commands import deploy, options
from generator.commands.options import complete_stack, environment_option, region_option, session
from generator.config import targets

if TYPE_CHECKING:
    from generator.deploy.diagnose import Diagnosis


@options.command(
    "diagnose",
    examples="""
    gen diagnose items --env dev
    gen diagnose prod-us-west-2-items --env prod --json
    """,
)
@click.argument("stack", shell_complete=complete_stack)
@environment_option
@region_option
@deploy.endpoint_options
def command(
    *, stack: str, environment: str, regions: tuple[str, ...], endpoint_url: str | None, local: bool
) -> None:
    """Explain why a stack's last operation failed, and what is left."""
    from generator.deploy import diagnose, failure
    from generator.deploy.environment import check_account

    with deploy.site(environment, endpoint_url, local=local) as here:
        named = [target.region for target in targets(here.environment, regions)]
        found = diagnose.subjects(here, stack, named)
        check_account(here, here.clouds(found[0].region))
        for subject in found:
            result = diagnose.diagnose(here, subject)
            made_by = here.sources(subject.template) if result.cause and subject.template else {}
            tell(replace(result, cause=failure.located(result.cause, made_by)))


def tell(found: Diagnosis) -> None:
    """One stack on one screen."""
    from generator.deploy import diagnose

    console = session().console
    headline, *rest = diagnose.screen(found)
    style = "red" if found.verdict in {"failed", "refused"} else "green"
    console.line(console.paint(style, headline))
    for text in rest:
        console.line(text)
    console.record(diagnose.record(found))
