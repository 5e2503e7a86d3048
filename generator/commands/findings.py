"""What `gen lint` and `gen render` say about findings."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from generator.commands.options import Session
from generator.errors import GenError, LintError

if TYPE_CHECKING:
    from generator.lint import Report
    from generator.lint.text import Sources


class _Gen(msgspec.Struct, frozen=True, rename="pascal"):
    service: str
    environment: str
    region: str


class _Metadata(msgspec.Struct, frozen=True):
    gen: _Gen = msgspec.field(name="Gen")


class _Ours(msgspec.Struct, frozen=True):
    metadata: _Metadata = msgspec.field(name="Metadata")


def tell(here: Session, report: Report) -> None:
    """Findings and exceptions, for people and for scripts. LintError where there are findings."""
    from generator.lint.text import suppressions_of

    _tell_findings(here, report)
    for line in suppressions_of(report, here.console.paint):
        here.console.line(line)
    for suppression in report.suppressions:
        here.console.record(suppression.record())
    refuse(here, report)


def tell_briefly(here: Session, report: Report) -> None:
    """Findings, and how many exceptions there are. LintError where there are findings."""
    from generator.lint.text import summary_of_suppressions

    _tell_findings(here, report)
    if report.suppressions:
        here.console.note(f"{summary_of_suppressions(report)}; 'gen lint' shows them with their reasons")
    refuse(here, report)


def _tell_findings(here: Session, report: Report) -> None:
    from generator.lint.text import findings_of

    made = sources(here, report) if report.findings else {}
    for line in findings_of(report, made, here.console.paint):
        here.console.line(line)
    for one in report.findings:
        source = made.get((one.file, one.resource))
        here.console.record(one.record() | ({"source": source} if source else {}))


def refuse(here: Session, report: Report) -> None:
    """LintError where there are findings; else a note that there are none."""
    from generator.lint import counted
    from generator.lint.text import summary

    if report.findings:
        files = len({one.file for one in report.findings})
        raise LintError(
            f"{counted(len(report.findings), 'finding')} in {counted(files, 'template')}: {summary(report)}",
            "correct what made them; an exception is written on the resource with its reason: docs/rules.md",
        )
    here.console.note(f"cfn-lint: {len(report.files)} templates, no findings")


def sources(here: Session, report: Report) -> Sources:
    """The line of a service that makes each resource of the templates with findings, where they are ours."""
    from generator import discovery
    from generator.config import load_environments

    made: dict[tuple[str, str], str] = {}
    for file in dict.fromkeys(one.file for one in report.findings):
        gen = _gen(Path(file))
        if gen is None:
            continue
        try:
            environment = load_environments(here.config).get(gen.environment)
        except GenError:
            return made
        if environment is not None:
            lines = discovery.sources(environment, gen.region, gen.service)
            made |= {(file, resource): line for resource, line in lines.items()}
    return made


def _gen(file: Path) -> _Gen | None:
    """Whose template this is; None for one that we did not render."""
    try:
        return msgspec.json.decode(file.read_bytes(), type=_Ours).metadata.gen
    except (OSError, msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None


def progress(here: Session) -> Callable[[int, int], None]:
    """A line that counts templates, on terminals only; it is gone when the last one is done."""
    words = here.console.words
    if not words.isatty() or here.console.quiet:
        return lambda _done, _all: None

    def show(done: int, number: int) -> None:
        line = f"cfn-lint: {done} of {number} templates" if done < number else ""
        print(f"\r\x1b[K{line}", end="", file=words, flush=True)

    return show
