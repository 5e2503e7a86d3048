"""cfn-lint with our rules, in this process, and where the rules and their examples are."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any

from cfnlint.config import ConfigMixIn
from cfnlint.decode import decode_str
from cfnlint.helpers import load_plugins
from cfnlint.rules import RulesCollection
from cfnlint.runner import run_template_by_data

from generator.rules._document import Document
from generator.rules._rule import Rule

ROOT = Path(__file__).parents[2]
RULES = ROOT / "generator" / "rules"
TEMPLATES = ROOT / "templates_out"
CORPUS = Path(__file__).with_name("corpus")
Place = tuple[str, str]


@cache
def our_rules() -> dict[str, Rule]:
    """Rule by id."""
    found = [one for one in load_plugins(str(RULES)) if one.id]
    return {rule.id: rule for rule in sorted(found, key=lambda rule: str(rule.id))}


def examples(kind: str) -> dict[str, Path]:
    """Example by rule id; ``kind`` is good or bad."""
    return {file.name.partition(".")[0]: file for file in sorted(RULES.rglob(f"*.{kind}.yaml"))}


def expected(example: Path) -> tuple[Place, set[str]]:
    """What a bad example says: ``# E9711 at Resources/Bucket/Properties/AccessControl with W3045``.

    After ``with`` stand rules of cfn-lint's own that speak of the same thing.
    """
    first = example.read_text(encoding="utf-8").partition("\n")[0]
    match = re.fullmatch(r"# ([EWI]9\d{3}) at (\S+)(?: with ((?:[EWI][1-8]\d{3} ?)+))?", first)
    assert match, f"{example.name}: the first line must be '# <ID> at <path>', not {first!r}"
    return (match[1], match[2]), set((match[3] or "").split())


def findings(text: str, *, region: str = "us-west-2") -> list[Place]:
    """Rule and place of everything that cfn-lint and our rules find, advice included."""
    template, errors = decode_str(text)
    assert not errors, errors
    config = ConfigMixIn(["--regions", region])
    matches = run_template_by_data(template, config, _collection())
    return sorted({(match.rule.id, "/".join(map(str, getattr(match, "path", ())))) for match in matches})


def problems(rule: str, template: dict[str, Any]) -> list[str]:
    """Places that one of our rules objects to, without cfn-lint's own rules."""
    return ["/".join(map(str, one.path)) for one in our_rules()[rule].check(Document(template))]


@cache
def _collection() -> Any:
    import cfnlint.rules

    collection = RulesCollection(include_rules=["I"])
    collection.create_from_directory(str(Path(cfnlint.rules.__file__).parent))
    collection.create_from_directory(str(RULES))
    return collection
