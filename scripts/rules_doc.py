"""``docs/rules.md`` from the rules and ``coverage.yml``: ``make docs``, or ``--check`` in a test.

Every requirement item names the rules that hold it; one that a template cannot show says why, and names
the tests that hold it instead.
"""

from __future__ import annotations

import argparse
import ast
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec
import yaml

from generator.lint.catalogue import Rule, catalogue

ROOT = Path(__file__).resolve().parent.parent
COVERAGE = Path(__file__).with_name("coverage.yml")
PAGE = ROOT / "docs" / "rules.md"
LEVELS = {"error": "E: wrong in any template", "warning": "W: doubtful", "info": "I: advice"}

INTRO = """\
# Rules for templates

<!-- Made by `make docs` from generator/rules and scripts/coverage.yml. -->

`gen lint` runs [cfn-lint](https://github.com/aws-cloudformation/cfn-lint) with its own rules and ours, at
every level, over our templates or anybody's. `gen rules` lists ours, and `gen rules ID` shows what one wants,
why, and a bad and a good template. They are ordinary rules of cfn-lint, so other tools can run them too:

```sh
gen lint                                       # the committed templates
gen lint ../other/cdk.out --format sarif       # any template or folder; text, json, sarif, markdown
cfn-lint -a "$(gen rules --path)" template.yaml
```

```yaml
# .pre-commit-config.yaml
repos:
  - repo: <this repository>
    rev: <a commit>
    hooks:
      - id: gen-lint     # every level fails, whatever the configuration says
      - id: gen-rules    # cfn-lint's own command, with its options and .cfnlintrc
```

## Exceptions

There is no option that switches a rule off. An exception stands on the one resource that needs it, in
cfn-lint's notation with its reason beside it:

```json
"Metadata": {"cfn-lint": {
  "config": {"ignore_checks": ["W9707"]},
  "reasons": {"W9707": "The bucket is the public half of the site; CloudFront cannot sign for it."}}}
```

Every report counts and shows the exceptions with their reasons, also those that hide nothing any more. An
exception without a reason is E9001, one for a whole template E9002; neither can be excepted from, nor can a
template that cannot be read (E0000) and a rule that crashed (E0002).

## Answers are kept

An answer depends on the template's bytes, its region, our rules, the versions of cfn-lint, of what is
installed beside it and of Python, cfn-lint's schemas, and the date (cfn-lint knows when runtimes end). As
long as none of these changes, findings come from `~/.cache/gen/lint` (`GEN_CACHE_DIR`, `XDG_CACHE_HOME`)
without starting cfn-lint. `--no-cache` or `GEN_NO_CACHE=1` switches that off. A template with nested ones is
judged each time.
"""


class Item(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One requirement item. ``because`` says why no rule can hold it, or what a rule cannot see."""

    title: str
    because: str = ""
    tests: tuple[str, ...] = ()


def coverage(file: Path = COVERAGE) -> dict[str, Item]:
    """Every item by its id."""
    return msgspec.convert(yaml.safe_load(file.read_text(encoding="utf-8")), dict[str, Item])


def problems(items: dict[str, Item], rules: Sequence[Rule], root: Path = ROOT) -> list[str]:
    """What does not hold together: items without rule and test, tests and items that are not there."""
    known = {name for rule in rules for name in rule.items}
    wrong = [f"{name}: a rule names it and coverage.yml does not" for name in sorted(known - set(items))]
    for name, item in items.items():
        if name not in known and not (item.because and item.tests):
            wrong.append(f"{name}: no rule names it, so it needs 'because' and 'tests'")
        wrong += [f"{name}: there is no test {test}" for test in item.tests if not exists(test, root)]
    return wrong


def exists(test: str, root: Path = ROOT) -> bool:
    """Whether ``tests/x/test_y.py::test_z`` is a test."""
    path, _, function = test.partition("::")
    file = root / path
    if not function.startswith("test_") or not file.is_file():
        return False
    body = ast.parse(file.read_text(encoding="utf-8")).body
    return any(isinstance(one, ast.FunctionDef) and one.name == function for one in body)


def page(items: dict[str, Item], rules: Sequence[Rule]) -> str:
    """The whole page."""
    return "\n".join([INTRO, *_coverage(items, rules), "", *_rules(rules)]) + "\n"


def _coverage(items: dict[str, Item], rules: Sequence[Rule]) -> Iterator[str]:
    yield "## Requirement items"
    yield ""
    yield "| item | requirement | rules | what a template cannot show, and the tests that hold it |"
    yield "|---|---|---|---|"
    for name in sorted(items, key=_order):
        item = items[name]
        holding = ", ".join(rule.id for rule in rules if name in rule.items) or "none"
        tests = "<br>".join(f"`{test}`" for test in item.tests)
        rest = "<br>".join(part for part in (item.because, tests) if part)
        yield f"| {name} | {item.title} | {holding} | {rest} |"


def _order(name: str) -> tuple[int, int]:
    system, _, number = name.removeprefix("S").partition(".")
    return int(system), int(number)


def _rules(rules: Sequence[Rule]) -> Iterator[str]:
    yield "## Our rules"
    for level, title in LEVELS.items():
        yield from ("", f"### {title}", "", "| rule | what | why | items |", "|---|---|---|---|")
        for rule in rules:
            if rule.level == level:
                what = f"[{_cell(rule.shortdesc)}]({rule.source_url})"
                yield f"| {rule.id} | {what} | {_cell(rule.description)} | {', '.join(rule.items)} |"


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("<", "&lt;").replace("*", "\\*").replace("[", "\\[")


def main() -> None:
    """Write the page; with ``--check`` only say whether it is as it should be."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; fail where the page is stale")
    options = parser.parse_args()
    items, rules = coverage(), catalogue()
    if wrong := problems(items, rules):
        sys.exit("\n".join(wrong))
    made = page(items, rules)
    if options.check:
        if PAGE.read_text(encoding="utf-8") != made:
            sys.exit(f"{PAGE.relative_to(ROOT)} is stale; run: make docs")
        return
    PAGE.write_text(made, encoding="utf-8")
    print(f"{PAGE.relative_to(ROOT)}: {len(items)} items, {len(rules)} rules")


if __name__ == "__main__":
    main()
