"""`gen local`: the embedded AWS on this machine, and an environment deployed to it."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from generator.commands import deploy, fresh, options
from generator.commands.options import (
    common_options,
    common_values,
    environment_option,
    region_option,
    session,
)
from generator.config import Environment, load_environments, select, targets
from generator.errors import DeployError, StillRunningError

if TYPE_CHECKING:
    from generator.deploy.environment import Site
    from generator.deploy.template import Template
    from generator.local import Engine

Decorated = TypeVar("Decorated", bound=Callable[..., Any])

LOOK_EVERY_S = 1.0


def port_option(command: Decorated) -> Decorated:
    """``--port``."""
    return click.option(
        "--port",
        type=click.IntRange(1024, 65535),
        help="Port of 127.0.0.1; default 4566, or a free one when that is taken.",
    )(command)


@click.group("local", cls=options.Group, params=common_options())
@click.pass_context
def command(context: click.Context, /, **common: Any) -> None:
    """Run the embedded AWS on this machine."""
    context.obj = {**(context.obj or {}), **common_values(common)}


@options.command(
    "up",
    examples="""
    gen local up
    gen local up --env prod --region us-west-2
    """,
)
@environment_option
@region_option
@port_option
@fresh.render_check_option
def up(*, environment: str, regions: tuple[str, ...], port: int | None, no_render_check: bool) -> None:
    """Start the engine and deploy an environment to it."""
    from generator import local

    here = session()
    found, templates = _chosen(environment, regions)
    if not no_render_check:
        fresh.check(here, found, templates)
    engine = local.up(deploy.local_state(here), port=port, say=here.console.note)
    _introduce(engine)
    _deploy(engine, environment, templates)


@options.command(
    "run",
    examples="""
    gen local run
    gen local run --env staging --port 4600
    """,
)
@environment_option
@region_option
@port_option
@fresh.render_check_option
def run(*, environment: str, regions: tuple[str, ...], port: int | None, no_render_check: bool) -> None:
    """Start the engine, deploy, print the URLs, and stop at Ctrl-C."""
    from generator import local

    here = session()
    folder = deploy.local_state(here)
    found, templates = _chosen(environment, regions)
    if not no_render_check:
        fresh.check(here, found, templates)
    with local.running(folder, port=port, say=here.console.note) as engine:
        _introduce(engine)
        try:
            _deploy(engine, environment, templates)
            here.console.note("running; Ctrl-C stops it and forgets everything")
            while local.current(folder) == engine:
                time.sleep(LOOK_EVERY_S)
        except (KeyboardInterrupt, StillRunningError):  # a deployment makes the one into the other
            here.console.note("stopped")
            return
    raise DeployError(
        "the embedded AWS was stopped by somebody else, or failed", f"see its log: {engine.log}"
    )


@options.command("down", examples="gen local down")
def down() -> None:
    """Stop the engine; everything in it is forgotten."""
    from generator import local

    here = session()
    engine = local.down(deploy.local_state(here))
    here.console.line(f"stopped {engine.endpoint_url} (pid {engine.pid})" if engine else "it was not running")
    here.console.record({"type": "stopped", "pid": engine.pid if engine else None})


@options.command(
    "status",
    examples="""
    gen local status
    gen local status --json
    """,
)
def status() -> None:
    """Show whether the engine runs, and where."""
    from generator import local

    here = session()
    engine = local.current(deploy.local_state(here))
    if engine is None:
        here.console.line("not running; start it with: gen local up")
        here.console.record({"type": "engine", "running": False})
    else:
        _introduce(engine)


@options.command(
    "logs",
    examples="""
    gen local logs
    gen local logs -f
    """,
)
@click.option("-f", "--follow", is_flag=True, help="Go on until the engine ends, or Ctrl-C.")
def logs(*, follow: bool) -> None:
    """Show what the engine logged since it was started."""
    from generator import local

    here = session()
    folder = deploy.local_state(here)
    try:
        for line in local.follow(folder) if follow else local.logs(folder):
            here.console.line(line)
            here.console.record({"type": "log", "text": line})
    except KeyboardInterrupt:
        return


for subcommand in (up, run, down, status, logs):
    command.add_command(subcommand)


def _chosen(environment: str, regions: tuple[str, ...]) -> tuple[Environment, tuple[Template, ...]]:
    """The environment, and its templates in ``regions``, by default the primary one.

    What is wrong is told before anything starts.
    """
    from generator.deploy import template

    here = session()
    found = select(load_environments(here.config), environment)
    chosen = [target.region for target in targets(found, regions or found.regions[:1])]
    templates = template.read_all(here.out, environment, found.regions, fresh.folders(here))
    return found, tuple(one for one in templates if one.gen.region in chosen)


def _introduce(engine: Engine) -> None:
    """Say where the engine is."""
    console = session().console
    console.line(f"{console.paint('bold', 'embedded AWS')}  {engine.endpoint_url}  (pid {engine.pid})")
    console.line(f"  log {Path(os.path.relpath(engine.log)).as_posix()}")
    console.record(
        {
            "type": "engine",
            "running": True,
            "endpoint_url": engine.endpoint_url,
            "port": engine.port,
            "pid": engine.pid,
            "log": str(engine.log),
        }
    )


def _deploy(engine: Engine, environment: str, templates: tuple[Template, ...]) -> None:
    """Deploy to the engine; then say how to call what runs there."""
    from generator.deploy.job import Options

    with deploy.site(environment, None, local=True) as here:
        regions = tuple(dict.fromkeys(one.gen.region for one in templates))
        deploy.run(here, regions, (), Options(), yes=True)
        for one in templates:
            _tell_apis(engine, here, one)


def _tell_apis(engine: Engine, here: Site, one: Template) -> None:
    """Base URLs, and requests that can be pasted."""
    from generator import local

    console = session().console
    stack = here.clouds(one.gen.region).stack(one.gen.stack_name)
    for api in local.apis(engine, stack.outputs if stack else {}):
        console.line(f"{console.paint('bold', one.key)}  {api.url}")
        requests = [api.request(read) for read in local.reads(one.body)]
        for request in requests:
            console.line(f"  {request}")
        console.record(
            {"type": "api", "stack": one.key, "url": api.url, "region": api.region, "requests": requests}
        )
