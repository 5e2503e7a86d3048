"""Our rules as they stand in their files, read without importing them: cfn-lint alone takes half a second."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from msgspec import Struct

from generator import paths
from generator.errors import GenError
from generator.lint.finding import LEVELS

RULES = paths.PACKAGE / "rules"
TEXTS = ("id", "shortdesc", "description", "source_url")
LISTS = ("tags", "items")


class Rule(Struct, frozen=True, order=True):
    """One of our rules, and its two examples (``good`` raises nothing, ``bad`` raises exactly this rule)."""

    id: str
    shortdesc: str
    description: str
    source_url: str
    tags: tuple[str, ...]
    items: tuple[str, ...]
    file: Path
    good: Path
    bad: Path

    @property
    def level(self) -> str:
        """``error``, ``warning`` or ``info``."""
        return LEVELS[self.id[0]]

    def record(self) -> dict[str, object]:
        """The rule as JSON values, with its examples."""
        return {
            "id": self.id,
            "level": self.level,
            "what": self.shortdesc,
            "why": self.description,
            "source": self.source_url,
            "tags": list(self.tags),
            "items": list(self.items),
        }


def catalogue(folder: Path = RULES) -> list[Rule]:
    """Every rule, by id. GenError for a rule file whose texts are no plain values."""
    return sorted(rule for file in rule_files(folder) for rule in _rules_of(file))


def rule_files(folder: Path = RULES) -> list[Path]:
    """The files that cfn-lint loads from ``folder``: names that begin with '_' are helpers."""
    return sorted(file for file in folder.rglob("*.py") if not file.name.startswith("_"))


def identifiers(folder: Path = RULES) -> list[str]:
    """Ids by the names of the examples, for tab completion."""
    return sorted(file.name.partition(".")[0] for file in folder.rglob("*.bad.yaml"))


def _rules_of(file: Path) -> Iterator[Rule]:
    try:
        module = ast.parse(file.read_text(encoding="utf-8"), filename=str(file))
    except (SyntaxError, UnicodeDecodeError) as problem:
        raise GenError(f"{file} is no Python: {problem}", "correct the rule") from problem
    for statement in module.body:
        if isinstance(statement, ast.ClassDef):
            values = dict(_attributes(statement, file))
            if values.get("id"):
                yield _rule(values, file)


def _attributes(statement: ast.ClassDef, file: Path) -> Iterator[tuple[str, Any]]:
    """Name and value of the class's attributes in TEXTS and LISTS."""
    for line in statement.body:
        if isinstance(line, ast.Assign):
            targets, value = line.targets, line.value
        elif isinstance(line, ast.AnnAssign) and line.value is not None:
            targets, value = [line.target], line.value
        else:
            continue
        for name in [one.id for one in targets if isinstance(one, ast.Name)]:
            if name in TEXTS + LISTS:
                yield name, _plain(value, f"{file}:{line.lineno}: {name}")


def _plain(value: ast.expr, what: str) -> Any:
    try:
        return ast.literal_eval(value)
    except ValueError as problem:
        raise GenError(f"{what} is no plain value", "write it out as text or a tuple") from problem


def _rule(values: dict[str, Any], file: Path) -> Rule:
    texts = {name: " ".join(str(values.get(name, "")).split()) for name in TEXTS}
    return Rule(
        id=texts["id"],
        shortdesc=texts["shortdesc"],
        description=texts["description"],
        source_url=texts["source_url"],
        tags=tuple(values.get("tags", ())),
        items=tuple(values.get("items", ())),
        file=file,
        good=file.parent / f"{texts['id']}.good.yaml",
        bad=file.parent / f"{texts['id']}.bad.yaml",
    )
