"""`gen lint`: cfn-lint over the committed templates or any other."""

from __future__ import annotations

from pathlib import Path

import click

from generator.commands import options
from generator.errors import LintError, UsageError
from generator.lint import lint

TEMPLATES = {".json", ".yaml", ".yml", ".template"}


@options.command(
    "lint",
    examples="""
    gen lint
    gen lint templates_out/prod
    gen lint ../other/template.yaml --json
    """,
)
@click.argument("paths", nargs=-1, type=options.Folder(path_type=Path))
def command(*, paths: tuple[Path, ...]) -> None:
    """Check templates with cfn-lint."""
    here = options.session()
    files = [file for path in paths or (here.out,) for file in templates(path)]
    findings = lint(files)
    for finding in findings:
        here.console.line(str(finding))
        here.console.record(finding.record())
    if findings:
        raise LintError(f"{len(findings)} findings in {len(files)} templates", "correct them and run again")
    here.console.note(f"cfn-lint: {len(files)} templates, no findings")


def templates(path: Path) -> list[Path]:
    """``path`` itself, or every template in the folder; UsageError where there is none."""
    if path.is_dir():
        found = sorted(file for file in path.rglob("*") if file.suffix in TEMPLATES and file.is_file())
        if found:
            return found
        raise UsageError(f"no templates in {path}", "run 'gen render' first, or name another folder")
    if not path.is_file():
        what = "is not a file" if path.exists() else "does not exist"
        raise UsageError(f"{path} {what}", "name a template, or a folder of templates")
    return [path]
