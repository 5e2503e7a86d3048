"""`gen drift`: whether somebody changed what is deployed behind CloudFormation's back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

import click

from generator.commands import deploy, options
from generator.commands.options import environment_option, region_option, session, stack_option

if TYPE_CHECKING:
    from generator.deploy.drift import Result
    from generator.deploy.environment import Site
    from generator.deploy.template import Template

Decorated = TypeVar("Decorated", bound=Callable[..., Any])


def timeout_option(command: Decorated) -> Decorated:
    """``--timeout``."""
    return click.option(
        "--timeout",
        type=click.IntRange(min=1),
        default=30,
        show_default=True,
        metavar="MINUTES",
        help="Minutes to wait for the detection of drift.",
    )(command)


@options.command(
    "drift",
    examples="""
    gen drift --env prod
    gen drift --env prod --region us-west-2 --stack items --json
    """,
)
@environment_option
@region_option
@stack_option
@timeout_option
@deploy.endpoint_options
def command(
    *,
    environment: str,
    regions: tuple[str, ...],
    stacks: tuple[str, ...],
    timeout: int,
    endpoint_url: str | None,
    local: bool,
) -> None:
    """List resources that are not as their templates say."""
    from generator.deploy import drift

    with deploy.site(environment, endpoint_url, local=local) as here:
        results = detect(here, deploy.chosen_templates(here, regions, stacks), timeout)
        for result in results:
            tell(result)
        if error := drift.worst(here, results):
            raise error


def detect(here: Site, selected: Sequence[Template], timeout: int) -> tuple[Result, ...]:
    """Detect drift with this machine's clock."""
    from generator.deploy import drift

    tools = deploy.tools(here, yes=False)
    return drift.detect(here, selected, clock=tools.clock, interval=tools.interval, timeout_minutes=timeout)


def tell(result: Result) -> None:
    """One stack: a line, and below it what drifted and what was not looked at."""
    from generator.deploy import drift

    console = session().console
    style = "green" if drift.verdict(result) == "in sync" else "yellow"
    console.line(f"{console.paint('bold', result.stack)}  {console.paint(style, drift.in_words(result))}")
    for text in drift.lines(result):
        console.line(f"  {text}")
    console.record(drift.record(result))
