"""`gen package`: the zips of the functions that the committed templates name."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from generator.commands import options
from generator.commands.options import Session, complete_environment, session

if TYPE_CHECKING:
    from generator.package import Artifact

LARGEST = 10


@options.command(
    "package",
    examples="""
    gen package
    gen package --env prod -v
    gen package --json
    """,
)
@click.option(
    "--env",
    "environment",
    metavar="NAME",
    help="Only the functions of this environment.",
    shell_complete=complete_environment,
)
def command(*, environment: str | None) -> None:
    """Build the zips of the Lambda handlers."""
    from generator import package

    here = session()
    handlers = _handlers(here, environment)
    built = package.build(handlers, source=here.root, out=here.root / "build", say=here.console.note)
    for artifact in built.values():
        tell(here, artifact)


def _handlers(here: Session, environment: str | None) -> list[str]:
    """The handlers that the committed templates of an environment name, or of all; each once, sorted."""
    from generator.config import load_environments, select
    from generator.deploy import template
    from generator.deploy.artifacts import handlers

    known = load_environments(here.config)
    chosen = [select(known, environment)] if environment else list(known.values())
    return sorted(
        {
            handler
            for one in chosen
            for found in template.read_all(here.out, one.name, one.regions)
            for handler in handlers(found)
        }
    )


def tell(here: Session, artifact: Artifact) -> None:
    """What people and scripts see of a zip."""
    from generator.package import parts

    console = here.console
    console.line(f"{console.paint('bold', artifact.handler)}  {artifact.size:,} bytes")
    console.line(f"  key     {artifact.key}")
    console.line(f"  sha256  {artifact.sha256}")
    console.record(
        {
            "handler": artifact.handler,
            "key": artifact.key,
            "path": artifact.path.relative_to(here.root).as_posix(),
            "size": artifact.size,
            "sha256": artifact.sha256,
            "code_sha256": artifact.code_sha256,
        }
    )
    for part in parts(artifact)[:LARGEST] if here.verbose else ():
        console.line(f"  {part.size:>11,}  {part.name}")
    for note in artifact.notes if here.verbose else ():
        console.line(f"  {note}")
