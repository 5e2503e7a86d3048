"""Whether committed templates are what the services render now. `gen deploy` refuses those that are not."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

import click

from generator.commands.options import Session, project_root, shown
from generator.config import Environment
from generator.errors import StaleTemplateError

if TYPE_CHECKING:
    from generator.deploy.template import Template

Decorated = TypeVar("Decorated", bound=Callable[..., Any])


def render_check_option(command: Decorated) -> Decorated:
    """``--no-render-check``."""
    return click.option(
        "--no-render-check",
        is_flag=True,
        help="Do not compare the templates with a fresh render. For a checkout without the services, "
        "or templates that another version of them made.",
    )(command)


def check(here: Session, environment: Environment, selected: Sequence[Template]) -> None:
    """StaleTemplateError where one of ``selected`` is not byte for byte what its service renders now.

    Templates that no service makes are named and left as they are.
    """
    from generator.render import Selection, render

    regions = tuple(dict.fromkeys(one.gen.region for one in selected))
    made = {one.path: one.content for one in render(Selection((environment,), regions), here.out)}
    unknown = [one.key for one in selected if one.path not in made]
    if unknown:
        here.console.note(f"not compared with a fresh render, as no service makes them: {', '.join(unknown)}")
    stale = [one for one in selected if one.path in made and one.content != made[one.path]]
    if stale:
        raise StaleTemplateError(
            f"{len(stale)} of {len(selected)} templates differ from what the services render now: "
            + ", ".join(shown(one.path) for one in stale),
            f"run: gen render --env {environment.name}{folders(here)}, review the diff and commit it; "
            "templates that were made elsewhere deploy with --no-render-check",
        )


def folders(here: Session) -> str:
    """The options that lead to the folders of this run, where they are not the usual ones."""
    root = project_root()
    usual = (
        ("--config", here.config, root / "generator" / "environments"),
        ("--out", here.out, root / "templates_out"),
    )
    return "".join(
        f" {option} {shlex.quote(shown(given))}" for option, given, default in usual if given != default
    )
