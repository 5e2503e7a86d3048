"""Everything that can change an answer changes its key."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from generator.lint import check
from generator.lint.cache import Cache
from generator.lint.key import is_key, key, surroundings
from tests.lint.support import GOOD, rule, written

DAY = date(2030, 1, 1)


class Place:
    """A folder of rules, a cfn-lint, and a folder for downloads, to change at will."""

    def __init__(self, root: Path) -> None:
        self.rules = rule(root / "rules", "W9999", "return []")
        (self.rules / "data").mkdir()
        (self.rules / "data" / "names.json").write_text("[]")
        self.package = root / "site" / "cfnlint"
        (self.package / "data" / "schemas").mkdir(parents=True)
        (self.package / "version.py").write_text("__version__ = '1'")
        (self.package / "data" / "schemas" / "version.json").write_text("{}")
        (root / "site" / "regex-1.dist-info").mkdir()
        self.downloaded = root / "home" / "aws" / "cfn-lint" / "schemas"
        self.environment = {"XDG_CACHE_HOME": str(root / "home")}

    def digest(self) -> bytes:
        return surroundings(rules=self.rules, cfnlint=self.package, environment=self.environment, today=DAY)


CHANGES: dict[str, Callable[[Place], object]] = {
    "a rule": lambda one: rule(one.rules, "W9999", "return [1]"),
    "another rule": lambda one: rule(one.rules, "W9998", "return []"),
    "a rule's data": lambda one: (one.rules / "data" / "names.json").write_text("[1]"),
    "a rule's name": lambda one: (one.rules / "w9999.py").rename(one.rules / "w9997.py"),
    "cfn-lint": lambda one: (one.package / "version.py").write_text("__version__ = '2'"),
    "the bundled schemas": lambda one: (one.package / "data" / "schemas" / "version.json").write_text("{ }"),
    "a library": lambda one: shutil.move(
        one.package.parent / "regex-1.dist-info", one.package.parent / "regex-2.dist-info"
    ),
    "downloaded schemas": lambda one: (one.downloaded / "providers").mkdir(parents=True),
}


@pytest.mark.parametrize("what", CHANGES)
def test_what_can_change_an_answer_changes_the_key(what: str, tmp_path: Path) -> None:
    place = Place(tmp_path)
    before = place.digest()
    assert place.digest() == before
    CHANGES[what](place)
    assert place.digest() != before


def test_the_date_is_part_of_the_key(tmp_path: Path) -> None:
    """cfn-lint compares the ends of runtimes with it."""
    place = Place(tmp_path)
    tomorrow = surroundings(
        rules=place.rules, cfnlint=place.package, environment=place.environment, today=date(2030, 1, 2)
    )
    assert tomorrow != place.digest()


def test_newer_downloaded_schemas_change_the_key(tmp_path: Path) -> None:
    place = Place(tmp_path)
    place.downloaded.mkdir(parents=True)
    (place.downloaded / "version.json").write_text('{"schema_date": "2030"}')
    before = place.digest()
    (place.downloaded / "version.json").write_text('{"schema_date": "2031"}')
    assert place.digest() != before


def test_examples_and_bytecode_do_not_change_the_key(tmp_path: Path) -> None:
    place = Place(tmp_path)
    before = place.digest()
    (place.rules / "W9999.bad.yaml").write_text("Resources: {}")
    (place.rules / "__pycache__").mkdir()
    (place.rules / "__pycache__" / "w9999.cpython-311.pyc").write_bytes(b"")
    assert place.digest() == before


def test_a_template_and_its_region_make_the_key() -> None:
    around = surroundings()
    first = key(around, b"{}", "us-east-1")
    assert first is not None
    assert is_key(first)
    assert first == key(around, b"{}", "us-east-1")
    assert first != key(around, b"{ }", "us-east-1")
    assert first != key(around, b"{}", "us-west-2")
    assert first != key(around[:-1] + b"x", b"{}", "us-east-1")


def test_an_answer_that_depends_on_other_files_has_no_key() -> None:
    assert key(b"", b'{"TemplateURL": "child.json"}', "us-east-1") is None


def test_a_changed_rule_is_asked_again(tmp_path: Path, cache: Cache) -> None:
    file = written(tmp_path, "t.json", {"G": GOOD})
    silent = rule(tmp_path / "rules", "W9999", "return []")
    assert check([file], cache=cache, rules=silent).findings == ()
    speaks = rule(tmp_path / "rules", "W9999", 'return [RuleMatch(["Resources", "G"], "spoken")]')
    assert [one.message for one in check([file], cache=cache, rules=speaks).findings] == ["spoken"]
