"""`gen lint`: cfn-lint with our rules over the committed templates or any other."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from generator.commands import findings, options
from generator.errors import UsageError

if TYPE_CHECKING:
    from generator.commands.options import Session
    from generator.lint import Report

FORMATS = ("text", "json", "sarif", "markdown")


@options.command(
    "lint",
    examples="""
    gen lint
    gen lint templates_out/prod
    gen lint ../other/template.yaml --json
    gen lint --format sarif > findings.sarif
    """,
)
@click.argument("paths", nargs=-1, type=options.Folder(path_type=Path))
@click.option(
    "--format",
    "form",
    type=click.Choice(FORMATS),
    default="text",
    show_default=True,
    help="How to write the report.",
)
@click.option("--no-cache", is_flag=True, help="Judge again what was judged before; so does GEN_NO_CACHE=1.")
def command(*, paths: tuple[Path, ...], form: str, no_cache: bool) -> None:
    """Check templates with cfn-lint and our rules."""
    from generator.lint import check
    from generator.lint.cache import Cache
    from generator.lint.intake import find

    here = options.session()
    if form != "text" and here.console.json_lines:
        raise UsageError(f"--format {form} and --json are both given", "choose one of them")
    found = find(paths or (here.out,))
    if found.skipped:
        here.console.note(f"{found.skipped} other JSON and YAML files are no templates")
    report = check(found.files, cache=Cache(None) if no_cache else None, progress=findings.progress(here))
    if form == "text":
        findings.tell(here, report)
    else:
        here.console.line(document(here, report, form))
        findings.refuse(here, report)


def document(here: Session, report: Report, form: str) -> str:
    """The whole report in one of FORMATS but the first."""
    made = findings.sources(here, report) if report.findings else {}
    if form == "sarif":
        from generator.lint.sarif import sarif

        return sarif(report, made, Path.cwd())
    if form == "markdown":
        from generator.lint.text import markdown

        return markdown(report, made)
    import msgspec

    records = [
        one.record() | ({"source": made[one.file, one.resource]} if (one.file, one.resource) in made else {})
        for one in report.findings
    ]
    told = {
        "files": report.files,
        "findings": records,
        "suppressions": [one.record() for one in report.suppressions],
    }
    return msgspec.json.format(msgspec.json.encode(told, order="sorted"), indent=2).decode()
