from __future__ import annotations

import copy
import json
import os
import random
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from generator.errors import UsageError
from generator.lint import Finding, check, errors_of, lint
from generator.lint.cache import Cache
from generator.lint.catalogue import RULES
from tests.lint.support import BAD, GOOD, written
from tests.support import TEMPLATES, TIMEOUT_S, clean_environment

STRANGE: tuple[Any, ...] = (
    None,
    5,
    "x",
    [],
    {"Ref": "Nope"},
    {"Fn::GetAtt": ["A", "b"]},
    {"Fn::Sub": "${Nope}"},
    {"Fn::If": ["C", 1, {"Ref": "AWS::NoValue"}]},
)
# Its own command, with every level on and no exception made.
OPTIONS = ("-c", "I", "--regions=us-east-1", "-m", "E", "W", "I", "--format=json")


def test_a_finding_says_file_line_rule_and_place(tmp_path: Path) -> None:
    file = tmp_path / "broken.yaml"
    file.write_text(f"Resources:\n  B:\n    Type: {BAD['Type']}\n    Properties: {{Nope: 1}}\n")
    (finding,) = lint([file])
    assert (finding.line, finding.column, finding.rule) == (4, 18, "E3002")
    assert finding.path == "Resources/B/Properties/Nope"
    assert str(finding).startswith(f"{file.as_posix()}:4:18: E3002 Additional properties are not allowed")
    assert finding.record() == {
        "type": "finding",
        "level": "error",
        "end_line": 4,
        "end_column": 22,
        "column": 18,
        "file": file.as_posix(),
        "line": 4,
        "message": finding.message,
        "path": "Resources/B/Properties/Nope",
        "rule": "E3002",
    }


def test_in_parallel_and_one_by_one_findings_are_the_same(tmp_path: Path) -> None:
    files = []
    for number in range(4):
        files.append(written(tmp_path, f"{number}.json", {f"B{number % 2}": BAD}))
    one_by_one = sorted(finding for file in files for finding in lint([file], cache=Cache(None)))
    assert lint(files, cache=Cache(None)) == one_by_one
    assert lint(list(reversed(files)), cache=Cache(None)) == one_by_one
    assert len({finding.file for finding in one_by_one}) == 4


def test_findings_are_sorted_by_file_and_line() -> None:
    first = Finding("a.json", 2, 9, "W1", "later rule, earlier line", "")
    second = Finding("a.json", 10, 1, "E1", "", "")
    assert sorted([Finding("b.json", 1, 1, "E1", "", ""), second, first])[:2] == [first, second]


def test_nothing_to_check_is_no_finding() -> None:
    assert lint([]) == []


@pytest.mark.parametrize("folder", ["my-cool-app", "us-west-9", "templates", "eu-central-1"])
def test_a_template_may_stand_in_a_folder_of_any_name(folder: str, tmp_path: Path) -> None:
    assert lint([written(tmp_path / folder, "good.json", {"T": GOOD})]) == []


def test_a_template_is_checked_for_the_region_it_stands_under(tmp_path: Path) -> None:
    service = {"Resources": {"S": {"Type": "AWS::AppRunner::Service", "Properties": {}}}}
    found = {}
    for region in ("us-east-1", "ca-west-1"):
        (tmp_path / region).mkdir()
        (tmp_path / region / "t.json").write_text(json.dumps(service))
        found[region] = {one.rule for one in lint([tmp_path / region / "t.json"])}
    assert "E3006" in found["ca-west-1"], "App Runner is not there"
    assert "E3006" not in found["us-east-1"]


@pytest.mark.parametrize("kind", ["missing", "folder", "pipe"])
def test_what_is_no_file_is_refused(kind: str, tmp_path: Path) -> None:
    path = tmp_path / kind
    if kind == "folder":
        path.mkdir()
    if kind == "pipe":
        os.mkfifo(path)
    with pytest.raises(UsageError, match=f"{kind} is not a file"):
        lint([path])


@pytest.mark.skipif(not Path("/proc/self/mem").exists(), reason="needs a file that cannot be read")
def test_a_file_that_cannot_be_read_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "unreadable.json"
    file.symlink_to("/proc/self/mem")
    with pytest.raises(UsageError, match=r"cannot read .*unreadable\.json: Input/output error"):
        lint([file])


def test_only_errors_are_in_the_way_of_a_deployment(tmp_path: Path) -> None:
    unused = {"Unused": {"Type": "String"}}
    doubtful = written(tmp_path, "doubtful.json", {"T": GOOD}, Parameters=unused)
    wrong = written(tmp_path, "wrong.json", {"B": BAD}, Parameters=unused)
    assert {one.rule for one in lint([doubtful])} == {"W2001"}
    assert errors_of([doubtful]) == []
    assert {(one.file, one.rule) for one in errors_of([doubtful, wrong])} == {(wrong.as_posix(), "E3002")}


def test_an_answer_does_not_depend_on_the_folder_or_its_configuration(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = written(tmp_path, "t.json", {"B": BAD})
    before = lint([file], cache=Cache(None))
    (tmp_path / ".cfnlintrc").write_text("ignore_checks: [E3002]\nregions: [eu-west-1]\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("AWS_REGION", "nowhere-1")
    assert lint([file], cache=Cache(None)) == before
    assert before


def test_a_nested_template_is_read_from_beside_its_parent(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    nested = {
        "Type": "AWS::CloudFormation::Stack",
        "Properties": {"TemplateURL": "child.json", "Parameters": {"Other": 1}},
    }
    parent = written(tmp_path / "in", "parent.json", {"Child": nested})
    written(tmp_path / "in", "child.json", {"T": GOOD}, Parameters={"Name": {"Type": "String"}})
    found = errors_of([parent])
    assert {one.rule for one in found} == {"E3043"}
    monkeypatch.chdir("/")
    assert errors_of([parent]) == found
    written(tmp_path / "in", "child.json", {"T": GOOD}, Parameters={"Other": {"Type": "String"}})
    assert errors_of([parent]) == [], "an answer that depends on another file is not kept"


def broken(template: dict[str, Any], chance: random.Random) -> dict[str, Any]:
    """``template`` with 25 places overwritten, which all of cfn-lint has something to say about."""
    for _ in range(25):
        holder: Any = template["Resources"]
        while True:
            key = chance.choice(list(holder) if isinstance(holder, dict) else range(len(holder)))
            if not isinstance(holder[key], dict | list) or not holder[key] or chance.random() < 0.1:
                break
            holder = holder[key]
        holder[key] = copy.deepcopy(chance.choice(STRANGE))
    return template


def test_findings_are_those_of_cfn_lints_own_command(tmp_path: Path) -> None:
    """No check is left out on the way to being fast."""
    files = sorted(RULES.rglob("*.bad.yaml"))[::20]
    assert len(files) > 5
    for number, committed in enumerate(sorted(TEMPLATES.glob("dev/us-west-2/*s.json"))):
        chance = random.Random(number)  # noqa: S311 - the same places each time
        template = broken(json.loads(committed.read_text()), chance)
        files.append(written(tmp_path, f"{number}.json", **template))
    command = [sys.executable, "-m", "cfnlint.runner.cli", f"--append-rules={RULES}", *OPTIONS, "--"]
    own = subprocess.run(
        [*command, *map(str, files)],
        cwd=tmp_path,
        env={**clean_environment(), "HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=TIMEOUT_S,
        check=False,
    )
    expected = {
        (
            one["Filename"],
            *one["Location"]["Start"].values(),
            one["Rule"]["Id"],
            " ".join(one["Message"].split()),
        )
        for one in json.loads(own.stdout)
    }
    assert len(expected) > 60
    told = check(files, cache=Cache(None))
    every = [*told.findings, *(one.finding for one in told.hidden)]
    assert {(one.file, one.column, one.line, one.rule, one.message) for one in every} == expected
