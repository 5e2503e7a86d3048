"""A report for people: grouped by file, as plain lines and as Markdown."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from itertools import groupby

from generator.lint.finding import Finding, Report, counted

STYLES = {"error": "red", "warning": "yellow", "info": "cyan"}

# File and logical id → where the resource is made, such as generator/services/items.py:63.
Sources = Mapping[tuple[str, str], str]
Paint = Callable[[str, str], str]


def plain(_style: str, text: str) -> str:
    """No colours."""
    return text


def findings_of(report: Report, sources: Sources, paint: Paint = plain) -> Iterator[str]:
    """Findings under their file's name."""
    for file, findings in groupby(report.findings, key=lambda one: one.file):
        yield paint("bold", file)
        for one in findings:
            place = f"{one.line}:{one.column}"
            yield f"  {place:<9} {paint(STYLES[one.level], one.rule)} {one.message}"
            if one.path:
                yield f"            {paint('dim', one.path)}"
            if made := sources.get((one.file, one.resource)):
                yield f"            {paint('dim', f'made at {made}')}"


def suppressions_of(report: Report, paint: Paint = plain) -> Iterator[str]:
    """Every exception with its reason."""
    if report.suppressions:
        yield paint("bold", f"{summary_of_suppressions(report)}:")
        yield from (f"  {one}" for one in report.suppressions)


def summary(report: Report) -> str:
    """How many findings of which level; "no findings" where there are none."""
    numbers = {
        level: sum(one.level == level for one in report.findings) for level in ("error", "warning", "info")
    }
    told = [counted(number, level) for level, number in numbers.items() if number and level != "info"]
    told += [f"{numbers['info']} of advice"] if numbers["info"] else []
    return ", ".join(told) or "no findings"


def summary_of_suppressions(report: Report) -> str:
    """``2 exceptions, 1 of them for nothing any more``."""
    unused = len(report.unused)
    rest = f", {unused} of them for nothing any more" if unused else ""
    return counted(len(report.suppressions), "exception") + rest


def markdown(report: Report, sources: Sources) -> str:
    """Tables of findings and of exceptions, for a pull request."""
    told = [f"**{counted(len(report.files), 'template')}: {summary(report)}**", ""]
    if report.findings:
        told += ["| place | rule | finding | made at |", "|---|---|---|---|"]
        told += [_row(one, sources) for one in report.findings]
        told.append("")
    if report.suppressions:
        told += [f"**{summary_of_suppressions(report)}**", "", "| resource | rule | reason | hides |"]
        told.append("|---|---|---|---|")
        told += [
            f"| {_cell(f'{one.file}:{one.line}')} `{_cell(one.resource)}` | {_cell(one.rule)} "
            f"| {_cell(one.reason or 'no reason given')} | {one.matched or 'nothing any more'} |"
            for one in report.suppressions
        ]
        told.append("")
    return "\n".join(told).rstrip("\n")


def _row(one: Finding, sources: Sources) -> str:
    path = f"<br>`{_cell(one.path)}`" if one.path else ""
    made = sources.get((one.file, one.resource), "")
    return (
        f"| {_cell(one.file)}:{one.line}:{one.column}{path} | {one.level} {_cell(one.rule)} "
        f"| {_cell(one.message)} | {_cell(made)} |"
    )


def _cell(text: str) -> str:
    """Text that ends no cell of a table and starts no markup; templates are other people's."""
    for mark in ("\\", "|", "`", "<", "[", "*", "_"):
        text = text.replace(mark, "&lt;" if mark == "<" else f"\\{mark}")
    return text
