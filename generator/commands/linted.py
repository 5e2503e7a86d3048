"""Whether templates have findings that must not be deployed: `gen deploy` refuses them before any call."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

import click

from generator.commands import findings, fresh
from generator.commands.options import Session, shown
from generator.errors import LintError

if TYPE_CHECKING:
    from generator.deploy.template import Template

Decorated = TypeVar("Decorated", bound=Callable[..., Any])

SHOWN = 10  # Findings on the screen; `gen lint` has them all.


def lint_option(command: Decorated) -> Decorated:
    """``--no-lint``."""
    return click.option(
        "--no-lint", is_flag=True, help="Do not check the templates with cfn-lint and our rules first."
    )(command)


def refuse_errors(here: Session, selected: Sequence[Template]) -> None:
    """LintError where a template of ``selected`` has a finding of level error. Warnings stop nothing.

    What was checked before, as after a render, is not judged again.
    """
    from generator.lint import check, counted

    report = check([one.path for one in selected], progress=findings.progress(here))
    errors = [finding for finding in report.findings if finding.level == "error"]
    if not errors:
        return
    for finding in errors:
        here.console.record(finding.record())
    for finding in errors[:SHOWN]:
        here.console.error(str(finding))
    more = f", the first {SHOWN} above" if len(errors) > SHOWN else ""
    files = [shown(one.path) for one in selected if any(str(one.path) == found.file for found in errors)]
    raise LintError(
        f"{counted(len(errors), 'finding')} in what would be deployed{more}: {', '.join(files)}",
        f"see: gen lint {' '.join(files)}; correct what made them, then: gen render{fresh.folders(here)}; "
        "to deploy all the same: --no-lint",
    )
