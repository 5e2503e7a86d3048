"""`gen deploy`: the committed templates, through change sets."""

from __future__ import annotations

import secrets
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from generator.commands import options
from generator.commands.options import Session, environment_option, region_option, session, stack_option
from generator.config import load_environments, select, targets
from generator.errors import RefusedError, UsageError

if TYPE_CHECKING:
    from generator.deploy.artifacts import Built
    from generator.deploy.environment import Site
    from generator.deploy.job import Options, Tools
    from generator.deploy.outcome import Outcome

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
    """``--plan``, ``--allow-replace`` and ``--parameter``."""
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
    return plan(allow(parameter(command)))


@options.command(
    "deploy",
    examples="""
    gen deploy --env dev --region us-west-2
    gen deploy --env prod --plan
    gen deploy --env prod --region us-west-2 --stack items --yes
    gen deploy --env dev --local
    """,
)
@environment_option
@region_option
@stack_option
@change_options
@execution_options
@endpoint_options
def command(
    *,
    environment: str,
    regions: tuple[str, ...],
    stacks: tuple[str, ...],
    plan_only: bool,
    allow_replace: tuple[str, ...],
    pairs: tuple[str, ...],
    yes: bool,
    timeout: int,
    endpoint_url: str | None,
    local: bool,
) -> None:
    """Deploy the committed templates through change sets."""
    from generator.deploy import parameters
    from generator.deploy.job import Options

    chosen = Options(parameters.parse(pairs), frozenset(allow_replace), plan_only, timeout)
    with site(environment, endpoint_url, local=local) as here:
        run(here, regions, stacks, chosen, yes=yes)


def run(here: Site, regions: Sequence[str], stacks: Sequence[str], chosen: Options, *, yes: bool) -> None:
    """Deploy what was selected; the worst outcome's error decides the exit code."""
    from generator.deploy import environment

    named = [target.region for target in targets(here.environment, regions)]
    selected = environment.select(here.templates, named, stacks)
    outcomes = environment.deploy(here, selected, options=chosen, tools=tools(here, yes=yes), build=build)
    finish(outcomes)


def finish(outcomes: Sequence[Outcome]) -> None:
    """Raise the error of the worst outcome, if any is bad."""
    from generator.deploy.outcome import worst

    if error := worst(outcomes):
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
    with sites.opened(found, out=here.out, endpoint=endpoint, console=here.console) as opened:
        yield opened


def local_state(here: Session) -> Path:
    """Folder of the embedded AWS's files."""
    return here.root / "build" / "local"


def build(handlers: list[str]) -> Mapping[str, Built]:
    """Build the zips of ``handlers``."""
    from generator import package

    here = session()
    return package.build(handlers, source=here.root, out=here.root / "build", say=here.console.note)


def tools(here: Site, *, yes: bool) -> Tools:
    """The machine's clock, random tokens, and the person at the terminal."""
    from generator.deploy.job import Tools
    from generator.deploy.watch import SystemClock

    return Tools(
        ask=agreed if yes else asked,
        clock=SystemClock(),
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
            f"production asks before it acts: {question}", "at a terminal, answer; in a script: --yes"
        )
    answer: str = click.prompt(f"{question} Type {word} to go on", default="", show_default=False, err=True)
    return answer == word
