"""`gen deploy`: the committed templates, through change sets."""

from __future__ import annotations

import os
import secrets
import sys
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from generator.commands import fresh, linted, options
from generator.commands.options import Session, environment_option, region_option, session, stack_option
from generator.commands.sources import sources
from generator.config import load_environments, select, targets
from generator.errors import RefusedError, UsageError

if TYPE_CHECKING:
    from generator.deploy.artifacts import Built
    from generator.deploy.environment import Site
    from generator.deploy.job import Options, Tools
    from generator.deploy.outcome import Outcome
    from generator.deploy.template import Template

Decorated = TypeVar("Decorated", bound=Callable[..., Any])

POLL_S = 3.0
LOCAL_POLL_S = 0.2


def endpoint_options(command: Decorated) -> Decorated:
    """``--endpoint-url`` and ``--local``."""
    url = click.option(
        "--endpoint-url", metavar="URL", help="Send every call there, with your own credentials."
    )
    local = click.option("--local", is_flag=True, help="Use the embedded AWS that `gen local up` started.")
    return url(local(command))


def execution_options(command: Decorated) -> Decorated:
    """``--yes`` and ``--timeout``."""
    yes = click.option("--yes", is_flag=True, help="Answer production's question beforehand.")
    timeout = click.option(
        "--timeout",
        type=click.IntRange(min=1),
        default=60,
        show_default=True,
        metavar="MINUTES",
        help="Minutes to wait for each operation on a stack; CloudFormation goes on after that.",
    )
    return yes(timeout(command))


def change_options(command: Decorated) -> Decorated:
    """``--plan``, ``--allow-replace``, ``--parameter``, ``--adopt``, ``--revert-drift``, ``--recreate``."""
    plan = click.option("--plan", "plan_only", is_flag=True, help="Show the changes, execute nothing.")
    allow = click.option(
        "--allow-replace",
        multiple=True,
        metavar="ID",
        help="Let this resource be replaced or removed although it holds data; repeat for several.",
    )
    parameter = click.option(
        "--parameter", "pairs", multiple=True, metavar="NAME=VALUE", help="Value of a template's parameter."
    )
    adopt = click.option(
        "--adopt", is_flag=True, help="Take resources that exist already, by their names, into the stack."
    )
    revert_drift = click.option(
        "--revert-drift", is_flag=True, help="Undo changes that were made outside CloudFormation."
    )
    recreate = click.option(
        "--recreate", is_flag=True, help="Delete a stack whose creation failed half-way, and create it again."
    )
    return plan(allow(parameter(adopt(revert_drift(recreate(command))))))


def way_options(command: Decorated) -> Decorated:
    """``--attach`` and ``--parallel``."""
    attach = click.option(
        "--attach", is_flag=True, help="Follow what is running and tell how it ends; start nothing."
    )
    parallel = click.option(
        "--parallel",
        type=click.IntRange(min=1, max=64),
        default=8,
        show_default=True,
        metavar="N",
        help="How many stacks to work on side by side.",
    )
    return attach(parallel(command))


@options.command(
    "deploy",
    examples="""
    gen deploy --env dev --region us-west-2
    gen deploy --env prod --plan
    gen deploy --env prod --region us-west-2 --stack items --yes
    gen deploy --env dev --local
    gen deploy --env prod --attach
    """,
)
@environment_option
@region_option
@stack_option
@change_options
@way_options
@execution_options
@fresh.render_check_option
@linted.lint_option
@endpoint_options
def command(
    *,
    environment: str,
    regions: tuple[str, ...],
    stacks: tuple[str, ...],
    plan_only: bool,
    allow_replace: tuple[str, ...],
    pairs: tuple[str, ...],
    adopt: bool,
    revert_drift: bool,
    recreate: bool,
    attach: bool,
    parallel: int,
    yes: bool,
    timeout: int,
    no_render_check: bool,
    no_lint: bool,
    endpoint_url: str | None,
    local: bool,
) -> None:
    """Deploy the committed templates through change sets."""
    from generator.deploy import parameters
    from generator.deploy.job import Options

    chosen = Options(
        given=parameters.parse(pairs),
        allow_replace=frozenset(allow_replace),
        plan_only=plan_only,
        timeout_minutes=timeout,
        adopt=adopt,
        revert_drift=revert_drift,
        recreate=recreate,
        attach_only=attach,
        at_once=parallel,
    )
    if attach and plan_only:
        raise UsageError("--attach and --plan exclude each other", "give one of them")
    with site(environment, endpoint_url, local=local) as found:
        here = replace(found, checks=left_out(no_render_check=no_render_check, no_lint=no_lint))
        if revert_drift and here.local:
            session().console.note("the embedded AWS takes --revert-drift, and does not revert anything")
        if not no_render_check and not attach:
            fresh.check(session(), here.environment, chosen_templates(here, regions, stacks))
        if not no_lint and not attach:
            linted.refuse_errors(session(), chosen_templates(here, regions, stacks))
        run(here, regions, stacks, chosen, yes=yes)


def left_out(**options: bool) -> str:
    """Those of the switches that were given, with a space before each."""
    return "".join(f" --{name.replace('_', '-')}" for name, given in options.items() if given)


def run(here: Site, regions: Sequence[str], stacks: Sequence[str], chosen: Options, *, yes: bool) -> None:
    """Deploy what was selected; the worst outcome's error decides the exit code."""
    from generator.deploy import environment

    selected = chosen_templates(here, regions, stacks)
    outcomes = environment.deploy(
        here, selected, options=chosen, tools=tools(here, yes=yes), build=partial(build, session())
    )
    if here.local:
        tell_gaps(selected)
    finish(outcomes)


def chosen_templates(here: Site, regions: Sequence[str], stacks: Sequence[str]) -> tuple[Template, ...]:
    """What the options select, in the order of deployment."""
    from generator.deploy import environment

    return environment.select(here.templates, named_regions(here, regions), stacks)


def named_regions(here: Site, regions: Sequence[str]) -> list[str]:
    """The regions that ``--region`` names, all of the environment without one."""
    return [target.region for target in targets(here.environment, regions)]


def tell_gaps(selected: Sequence[Template]) -> None:
    """What the embedded AWS does not simulate, of the types and properties of ``selected``."""
    from generator import local

    console = session().console
    found = local.gaps(one.body for one in selected)
    if found:
        console.note("not simulated here, unlike in an account:")
    for line in local.lines(found):
        console.note(f"  {line}")
    for gap in found:
        console.record(
            {"type": "gap", "resource_type": gap.type, "property": gap.property, "effect": gap.effect}
        )


def finish(outcomes: Sequence[Outcome]) -> None:
    """Raise the error of the worst outcome, if any is bad. The report of each outcome has told it."""
    from generator.deploy.outcome import worst

    if error := worst(outcomes):
        error.told = True
        raise error


@contextmanager
def site(environment: str, endpoint_url: str | None, *, local: bool) -> Iterator[Site]:
    """The environment's account, or the embedded AWS, for the length of a command."""
    from generator.deploy import site as sites
    from generator.deploy.cloud import Endpoint

    if local and endpoint_url:
        raise UsageError("--local and --endpoint-url exclude each other", "give one of them")
    here = session()
    endpoint = Endpoint()
    if local:
        endpoint = sites.local_endpoint(local_state(here))
    elif endpoint_url:
        endpoint = sites.given_endpoint(endpoint_url)
    found = select(load_environments(here.config), environment)
    folders = fresh.folders(here)
    with sites.opened(
        found, out=here.out, endpoint=endpoint, console=here.console, folders=folders
    ) as opened:
        yield replace(opened, sources=partial(sources, found))


def local_state(here: Session) -> Path:
    """Folder of the embedded AWS's files: $GEN_LOCAL_STATE, else build/local."""
    given = os.environ.get("GEN_LOCAL_STATE")
    return Path(given).absolute() if given else here.root / "build" / "local"


def build(here: Session, handlers: list[str]) -> Mapping[str, Built]:
    """Build the zips of ``handlers``. Stacks are deployed in threads, which have no ``session``."""
    from generator import package

    return package.build(handlers, source=here.root, out=here.root / "build", say=here.console.note)


def tools(here: Site, *, yes: bool) -> Tools:
    """The machine's clock, random tokens, and the person at the terminal."""
    from generator.deploy.job import Tools
    from generator.deploy.watch import SystemClock

    stop = threading.Event()
    return Tools(
        ask=agreed if yes else asked,
        answered=yes,
        stop=stop,
        clock=SystemClock(stop),
        token=lambda: f"gen-{secrets.token_hex(16)}",
        interval=LOCAL_POLL_S if here.local else POLL_S,
    )


def agreed(_question: str, _word: str) -> bool:
    """``--yes``."""
    return True


def asked(question: str, word: str) -> bool:
    """Ask the person to type ``word``; RefusedError where there is no terminal to ask at."""
    if not sys.stdin.isatty():
        raise RefusedError(
            f"a person has to agree first: {question}", "at a terminal, answer; in a script: --yes"
        )
    try:
        answer: str = click.prompt(
            f"{question} Type {word} to go on", default="", show_default=False, err=True
        )
    except click.Abort:
        raise KeyboardInterrupt from None
    return answer == word
