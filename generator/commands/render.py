"""`gen render`: write the templates, or check that they are what the services say."""

from __future__ import annotations

import click

from generator.commands import findings, options
from generator.commands.options import (
    Session,
    all_environments_option,
    environment_option,
    region_option,
    session,
    shown,
    stack_option,
)
from generator.config import load_environments, select
from generator.errors import StaleTemplateError, UsageError
from generator.files import Change, State, apply, compare, unified_diff
from generator.lint import check as lint
from generator.render import Selection, render

STYLES = {State.WRITTEN: "green", State.UNCHANGED: "dim", State.REMOVED: "yellow"}


@options.command(
    "render",
    examples="""
    gen render --env prod
    gen render --all-envs --check
    gen render --env dev --region us-west-2 --stack items --no-lint
    """,
)
@environment_option
@all_environments_option
@region_option
@stack_option
@click.option("--check", is_flag=True, help="Write nothing; exit 3 with a diff where files are stale.")
@click.option("--no-lint", is_flag=True, help="Do not run cfn-lint on the result.")
def command(
    *,
    environment: str,
    all_envs: bool,
    regions: tuple[str, ...],
    stacks: tuple[str, ...],
    check: bool,
    no_lint: bool,
) -> None:
    """Write the templates of every stack and check them."""
    here = session()
    if all_envs and options.given("environment"):
        raise UsageError("--env and --all-envs are both given", "choose one of them")
    known = load_environments(here.config)
    chosen = tuple(known.values()) if all_envs else (select(known, environment),)
    selection = Selection(environments=chosen, regions=regions, stacks=stacks, whole=all_envs)
    rendered = render(selection, here.out)
    changes = list(compare(rendered, selection, here.out))
    if check:
        _refuse_stale(here, changes)
    # All are written before any is told: who reads the list may go away (`gen render | head`).
    for change in () if check else changes:
        apply(change)
    for change in changes:
        _tell(here, change)
    if not no_lint:
        findings.tell_briefly(here, lint([one.path for one in rendered], progress=findings.progress(here)))


def _tell(here: Session, change: Change) -> None:
    path = shown(change.path)
    here.console.line(f"{here.console.paint(STYLES[change.state], f'{change.state:<9}')} {path}")
    here.console.record({"path": path, "state": str(change.state), "bytes": len(change.after)})


def _refuse_stale(here: Session, changes: list[Change]) -> None:
    stale = [change for change in changes if change.state is not State.UNCHANGED]
    for change in stale:
        here.console.line(difference(change))
        here.console.record({"path": shown(change.path), "state": "stale"})
    if stale:
        raise StaleTemplateError(
            f"{len(stale)} of {len(changes)} templates are stale: "
            + ", ".join(shown(one.path) for one in stale),
            "run the same command without --check, review the diff and commit it",
        )


def difference(change: Change) -> str:
    """A unified diff; one line where a whole file is missing or superfluous."""
    path = shown(change.path)
    if not change.before:
        return f"missing: {path}"
    if not change.after:
        return f"superfluous: {path} (no service makes it)"
    return unified_diff(change, path).rstrip("\n")
