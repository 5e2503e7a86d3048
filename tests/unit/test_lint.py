from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from generator.errors import LintError
from generator.lint import Finding, lint, lint_here
from tests.support import TEMPLATES, gen

BUCKET = '{"Resources": {"B": {"Type": "AWS::S3::Bucket", "Properties": {"Nope": 1}}}}'
GOOD = '{"Resources": {"T": {"Type": "AWS::SNS::Topic"}}}'
NO_TEMPLATES = {
    "malformed.json": b'{"Resources": {',
    "malformed.yaml": b"Resources:\n  A: [1\n",
    "empty.json": b"",
    "empty.yaml": b"\n",
    "latin.yaml": b"caf\xe9: \xff\n",
    "deep.json": b'{"a":' * 5_000 + b"1" + b"}" * 5_000,
    "deep.yaml": b"[" * 5_000,
    "list.json": b"[]",
    "text.json": b'"x"',
    "null.json": b"null",
    "number.json": b'{"Resources": 5}',
    "control.template": b"\x00\x01\x02",
    "twice.json": b'{"Resources": {"A": {}, "A": {}}}',
    "recursive.yaml": b"a: &a [*a]\nResources: *a\n",
}


@pytest.mark.parametrize("name", NO_TEMPLATES)
def test_a_file_that_is_no_template_is_a_finding(name: str, tmp_path: Path) -> None:
    file = tmp_path / name
    file.write_bytes(NO_TEMPLATES[name])
    findings = lint([file])
    assert findings
    for finding in findings:
        assert finding.file == file.as_posix()
        assert finding.line >= 1
        assert finding.column >= 1
        assert finding.message
        assert "\n" not in str(finding)
        assert "{" not in finding.message.replace(name, ""), "a message that was never filled in"


def test_a_finding_says_file_line_rule_and_place(tmp_path: Path) -> None:
    file = tmp_path / "broken.yaml"
    file.write_text("Resources:\n  B:\n    Type: AWS::S3::Bucket\n    Properties: {Nope: 1}\n")
    (finding,) = lint([file])
    assert (finding.line, finding.column, finding.rule) == (4, 18, "E3002")
    assert finding.path == "Resources/B/Properties/Nope"
    assert str(finding).startswith(f"{file.as_posix()}:4:18: E3002 Additional properties are not allowed")
    assert finding.record() == {
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
        files.append(tmp_path / f"{number}.json")
        files[-1].write_text(BUCKET if number % 2 else BUCKET.replace("Nope", "Never"))
    one_by_one = sorted(finding for file in files for finding in lint_here([file]))
    assert lint(files) == one_by_one
    assert lint(list(reversed(files))) == one_by_one
    assert len({finding.file for finding in one_by_one}) == 4


def test_findings_are_sorted_by_file_and_line() -> None:
    first = Finding("a.json", 2, 9, "W1", "later rule, earlier line", "")
    second = Finding("a.json", 10, 1, "E1", "", "")
    assert sorted([Finding("b.json", 1, 1, "E1", "", ""), second, first])[:2] == [first, second]


def test_nothing_to_check_is_no_finding() -> None:
    assert lint([]) == []


@pytest.mark.parametrize("folder", ["my-cool-app", "us-west-9", "templates", "eu-central-1"])
def test_a_template_may_stand_in_a_folder_of_any_name(folder: str, tmp_path: Path) -> None:
    (tmp_path / folder).mkdir()
    file = tmp_path / folder / "good.json"
    file.write_text(GOOD)
    assert lint([file]) == []


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
    with pytest.raises(LintError, match=f"{kind} is not a file"):
        lint([path])


@pytest.mark.skipif(not Path("/proc/self/mem").exists(), reason="needs a file that cannot be read")
def test_a_file_that_cannot_be_read_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "unreadable.json"
    file.symlink_to("/proc/self/mem")
    with pytest.raises(LintError, match=r"cannot read .*unreadable\.json: Input/output error"):
        lint([file])


def test_the_command_lists_findings_and_exits_3(tmp_path: Path) -> None:
    (tmp_path / "broken.json").write_text(BUCKET)
    (tmp_path / "notes.txt").write_text("no template")
    run = gen("lint", tmp_path)
    assert run.code == 3
    assert "E3002" in run.out
    assert "findings in 1 templates" in run.err
    assert "fix:" in run.err


def test_the_command_writes_json_lines_and_nothing_else(tmp_path: Path) -> None:
    (tmp_path / "broken.json").write_text(BUCKET)
    run = gen("lint", tmp_path, "--json")
    assert run.code == 3
    (record,) = [json.loads(line) for line in run.out.splitlines()]
    assert record["rule"] == "E3002"
    assert record["path"] == "Resources/B/Properties/Nope"
    assert "E3002" in run.err


def test_the_command_is_quiet_about_good_templates() -> None:
    good = TEMPLATES / "dev" / "us-east-1" / "bootstrap.json"
    run = gen("lint", good)
    assert (run.code, run.out) == (0, "")
    assert run.err == "cfn-lint: 1 templates, no findings\n"
    assert gen("lint", good, "-q").words == ""


@pytest.mark.parametrize("make", [False, True], ids=["missing", "empty"])
def test_a_folder_without_templates_is_a_usage_error(make: bool, tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    if make:
        folder.mkdir()
    run = gen("lint", folder)
    assert run.code == 2
    assert ("no templates in" if make else "does not exist") in run.err
    assert gen("lint", "--out", folder).code == 2
