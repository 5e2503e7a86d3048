"""The page about the rules says what is there, and every requirement item is held by something."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from generator.lint.catalogue import catalogue
from scripts.rules_doc import PAGE, Item, coverage, exists, page, problems

ITEMS = [
    f"S{system}.{number}" for system, last in enumerate((7, 12, 12, 20, 6)) for number in range(1, last + 1)
]


def test_every_requirement_item_is_there_once_and_in_order() -> None:
    assert list(coverage()) == ITEMS
    assert len(ITEMS) == 57


def test_every_item_is_held_by_rules_or_by_tests_that_exist() -> None:
    assert problems(coverage(), catalogue()) == []


def test_the_page_is_up_to_date() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(coverage(), catalogue()), "run: make docs"


def test_the_page_names_every_rule_and_every_item() -> None:
    text = PAGE.read_text(encoding="utf-8")
    rows = re.findall(r"^\| ([EWI]9\d{3}|S\d\.\d+) \|", text, re.MULTILINE)
    assert sorted(rows) == sorted([*ITEMS, *(rule.id for rule in catalogue())])


@pytest.mark.parametrize(
    ("item", "problem"),
    [
        (Item(title="t"), "needs 'because' and 'tests'"),
        (Item(title="t", because="so"), "needs 'because' and 'tests'"),
        (Item(title="t", because="so", tests=("tests/no.py::test_a",)), "there is no test"),
        (
            Item(title="t", because="so", tests=("tests/lint/test_rules_doc.py::test_gone",)),
            "there is no test",
        ),
    ],
)
def test_an_item_that_nothing_holds_is_told(item: Item, problem: str) -> None:
    (told,) = problems({"S0.1": item}, [])
    assert problem in told


def test_an_item_that_a_rule_invents_is_told() -> None:
    rule = next(rule for rule in catalogue() if rule.items)
    told = problems({}, [rule])
    assert told[0] == f"{sorted(rule.items)[0]}: a rule names it and coverage.yml does not"


def test_only_a_test_is_a_test(tmp_path: Path) -> None:
    (tmp_path / "t.py").write_text("def test_a(): ...\n\n\ndef help(): ...\n")
    assert exists("t.py::test_a", tmp_path)
    assert not exists("t.py::help", tmp_path)
    assert not exists("t.py::test_b", tmp_path)
    assert not exists("t.py", tmp_path)
