"""`gen rules`: what our rules hold, and one of them explained with a good and a bad example."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from generator.commands import options
from generator.errors import UsageError

if TYPE_CHECKING:
    from generator.commands.options import Session
    from generator.lint.catalogue import Rule


def complete_rule(_context: click.Context, _parameter: click.Parameter, incomplete: str) -> list[str]:
    """Ids of our rules, for tab completion."""
    from generator.lint.catalogue import identifiers

    return [name for name in identifiers() if name.startswith(incomplete.upper())]


@options.command(
    "rules",
    examples="""
    gen rules
    gen rules E9001
    gen rules --json
    gen rules --path
    """,
)
@click.argument("rule", required=False, metavar="[ID]", shell_complete=complete_rule)
@click.option("--path", "where", is_flag=True, help='Only the folder, for cfn-lint -a "$(gen rules --path)".')
def command(*, rule: str | None, where: bool) -> None:
    """List our rules for templates, or explain one."""
    from generator.lint.catalogue import RULES, catalogue

    here = options.session()
    if where:
        if rule:
            raise UsageError("--path and an id are both given", "choose one of them")
        here.console.line(str(RULES))
        here.console.record({"path": str(RULES)})
        return
    known = catalogue()
    if rule:
        explain(here, chosen(known, rule))
    else:
        table(here, known)


def chosen(known: list[Rule], name: str) -> Rule:
    """The rule of that id; UsageError with the nearest one where there is none."""
    for rule in known:
        if rule.id == name.upper():
            return rule
    from difflib import get_close_matches

    near = get_close_matches(name.upper(), [rule.id for rule in known], n=1, cutoff=0.5)
    raise UsageError(
        f"rule '{name}' is not ours",
        (f"did you mean '{near[0]}'? " if near else "")
        + "'gen rules' lists ours, 'cfn-lint --list-rules' its own",
    )


def table(here: Session, known: list[Rule]) -> None:
    """A line a rule: id, level, what, requirement items."""
    from generator.lint.text import STYLES

    for rule in known:
        items = here.console.paint("dim", f"  {', '.join(rule.items)}") if rule.items else ""
        name = here.console.paint(STYLES[rule.level], rule.id)
        here.console.line(f"{name}  {rule.level:<7}  {rule.shortdesc}{items}")
        here.console.record(rule.record())
    here.console.note(f"{len(known)} rules; 'gen rules ID' explains one")


def explain(here: Session, rule: Rule) -> None:
    """What, why, source, and the examples."""
    from generator.lint.text import STYLES

    paint = here.console.paint
    here.console.line(f"{paint(STYLES[rule.level], rule.id)} {paint('bold', rule.shortdesc)} ({rule.level})")
    here.console.line()
    here.console.line(rule.description)
    here.console.line()
    here.console.line(f"source: {rule.source_url}")
    if rule.items:
        here.console.line(f"items:  {', '.join(rule.items)} (docs/rules.md)")
    examples = {}
    for kind, style, file in (("bad", "red", rule.bad), ("good", "green", rule.good)):
        examples[kind] = file.read_text(encoding="utf-8")
        here.console.line()
        here.console.line(paint(style, f"{kind}:"))
        for line in examples[kind].rstrip("\n").splitlines():
            here.console.line(f"  {line}")
    here.console.record(rule.record() | examples)
