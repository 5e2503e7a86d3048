"""An exception stands on its resource with a reason, hides what it names there, and is always told."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from generator.lint import check
from generator.lint.cache import Cache
from tests.lint.support import BAD, GOOD, rule, written

REASON = "The property is read by a tool of ours before deployment."


def excepted(resource: dict[str, Any], *rules: str, reason: object = REASON) -> dict[str, Any]:
    notes: dict[str, Any] = {"config": {"ignore_checks": list(rules)}}
    if reason:
        notes["reasons"] = dict.fromkeys(rules, reason)
    return {**resource, "Metadata": {"cfn-lint": notes}}


def test_an_exception_hides_its_finding_and_is_told_with_its_reason(tmp_path: Path, cache: Cache) -> None:
    file = written(tmp_path, "t.json", {"A": excepted(BAD, "E3002"), "B": BAD})
    for _ in range(2):
        report = check([file], cache=cache)
        assert [one.path for one in report.findings] == ["Resources/B/Properties/Nope"]
        assert [one.finding.path for one in report.hidden] == ["Resources/A/Properties/Nope"]
        (told,) = report.suppressions
        assert (told.resource, told.rule, told.reason, told.matched) == ("A", "E3002", REASON, 1)
        assert told.line == [line.strip() for line in file.read_text().splitlines()].index('"E3002"') + 1
        assert report.unused == ()


def test_an_exception_for_nothing_is_told(tmp_path: Path) -> None:
    file = written(tmp_path, "t.json", {"A": excepted(GOOD, "E3002")})
    report = check([file], cache=Cache(None))
    assert report.findings == ()
    assert report.unused == report.suppressions
    assert "hides nothing any more" in str(report.unused[0])


def test_an_exception_names_a_rule_exactly(tmp_path: Path) -> None:
    file = written(tmp_path, "t.json", {"A": excepted(BAD, "E3", "E")})
    assert [one.rule for one in check([file], cache=Cache(None)).findings] == ["E3002"]


@pytest.mark.parametrize(
    ("reason", "path"),
    [
        (None, "config/ignore_checks/0"),
        ("needed", "reasons/E3002"),
        ("a b c d", "reasons/E3002"),
        ("x" * 99, "reasons/E3002"),
        (["a list", "of words that is long"], "reasons/E3002"),
        ("   ", "reasons/E3002"),
    ],
)
def test_an_exception_needs_a_sentence_as_its_reason(reason: object, path: str, tmp_path: Path) -> None:
    file = written(tmp_path, "t.json", {"A": excepted(BAD, "E3002", reason=reason)})
    report = check([file], cache=Cache(None))
    assert [(one.rule, one.path) for one in report.findings] == [
        ("E9001", f"Resources/A/Metadata/cfn-lint/{path}")
    ]
    assert report.suppressions[0].matched == 1


@pytest.mark.parametrize("guard", ["E9001", "E9002"])
def test_the_guards_cannot_be_excepted_from(guard: str, tmp_path: Path) -> None:
    resource = excepted(BAD, "E3002", reason=None)
    resource["Metadata"]["cfn-lint"]["config"]["ignore_checks"].append(guard)
    file = written(tmp_path, "t.json", {"A": resource})
    report = check([file], cache=Cache(None))
    assert {one.rule for one in report.findings} == {"E9001"}
    assert f"remove {guard}" in " ".join(one.message for one in report.findings)


@pytest.mark.parametrize(
    "config",
    [
        {"ignore_checks": ["E3002"]},
        {"ignore_checks": ["E"]},
        {"regions": ["eu-west-1"]},
        {"ignore_bad_template": True},
        {"configure_rules": {"E3012": {"strict": False}}},
    ],
)
def test_the_whole_template_cannot_be_excepted(config: dict[str, Any], tmp_path: Path) -> None:
    file = written(tmp_path, "t.json", {"A": BAD}, Metadata={"cfn-lint": {"config": config}})
    found = {one.rule: one.path for one in check([file], cache=Cache(None)).findings}
    assert found["E9002"] == f"Metadata/cfn-lint/config/{next(iter(config))}"
    assert "E3002" in found, "nothing is hidden by it"


def test_what_hides_nothing_in_the_template_is_no_switch(tmp_path: Path) -> None:
    config = {"ignore_checks": [], "regions": [], "ignore_bad_template": False}
    file = written(tmp_path, "t.json", {"A": GOOD}, Metadata={"cfn-lint": {"config": config}})
    assert check([file], cache=Cache(None)).findings == ()


def test_a_crash_cannot_be_excepted_from(tmp_path: Path) -> None:
    rules = rule(tmp_path / "rules", "W9998", "raise ZeroDivisionError")
    file = written(tmp_path, "t.json", {"A": excepted(GOOD, "E0002", "W9998")})
    assert [one.rule for one in check([file], cache=Cache(None), rules=rules).findings] == ["E0002"]
