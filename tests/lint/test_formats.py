"""Reports as text, JSON, SARIF and Markdown: the same findings and exceptions in each."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from generator.lint.finding import Finding, Hidden, Report, RuleText, Suppression
from generator.lint.sarif import sarif
from generator.lint.text import findings_of, markdown, summary, suppressions_of
from tests.lint.support import BAD, GOOD, written
from tests.lint.test_suppressions import REASON, excepted
from tests.support import gen

SCHEMA = json.loads(Path(__file__).with_name("sarif-2.1.0-part.json").read_text())
WRONG = Finding("in/t.yaml", 4, 7, "E3002", "wrong | <b>", "Resources/A/Properties/X", 4, 9)
DOUBT = Finding("in/t.yaml", 4, 7, "W9201", "doubtful", "Resources/B", 4, 7)
ADVICE = Finding("/elsewhere/u.yaml", 1, 1, "I9001", "advice", "")
EXCEPTION = Suppression("in/t.yaml", 3, "B", "W9201", "Because `it` | is so.", 1)
UNUSED = Suppression("in/t.yaml", 9, "C", "W9202", "", 0)
RULE = RuleText("E3002", "short", "long", "https://example.com/E3002", ("b", "a", "a"))
REPORT = Report(
    files=("/elsewhere/u.yaml", "in/t.yaml"),
    findings=(ADVICE, WRONG, WRONG),
    hidden=(Hidden(DOUBT, EXCEPTION),),
    suppressions=(EXCEPTION, UNUSED),
    rules=(RULE,),
)
SOURCES = {("in/t.yaml", "A"): "generator/services/x.py:7"}


def run() -> dict[str, Any]:
    document = json.loads(sarif(REPORT, SOURCES, Path.cwd()))
    jsonschema.validate(document, SCHEMA)
    (only,) = document["runs"]
    assert isinstance(only, dict)
    return only


def test_sarif_is_valid_and_has_every_finding_with_its_rule() -> None:
    told = run()
    rules = told["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == ["E3002", "I9001", "W9201"]
    for result in told["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
    assert [(one["ruleId"], one["level"]) for one in told["results"]] == [
        ("I9001", "note"),
        ("E3002", "error"),
        ("E3002", "error"),
        ("W9201", "warning"),
    ]
    assert rules[0]["helpUri"] == "https://example.com/E3002"
    assert rules[0]["properties"]["tags"] == ["a", "b"]


def test_sarif_names_files_as_a_checkout_does() -> None:
    elsewhere, inside, *_ = (one["locations"][0]["physicalLocation"] for one in run()["results"])
    assert inside["artifactLocation"] == {"uri": "in/t.yaml", "uriBaseId": "%SRCROOT%"}
    assert inside["region"] == {"startLine": 4, "startColumn": 7, "endLine": 4, "endColumn": 9}
    assert elsewhere["artifactLocation"] == {"uri": "file:///elsewhere/u.yaml"}
    assert elsewhere["region"] == {"startLine": 1, "startColumn": 1}


def test_sarif_quotes_names_of_files() -> None:
    odd = Finding("in a/%ü#?.yaml", 1, 1, "E3002", "m", "")
    document = json.loads(sarif(Report(("x",), (odd,), (), (), ()), {}, Path.cwd()))
    location = document["runs"][0]["results"][0]["locations"][0]["physicalLocation"]
    assert location["artifactLocation"]["uri"] == "in%20a/%25%C3%BC%23%3F.yaml"


def test_sarif_says_what_was_excepted_and_what_for_nothing() -> None:
    told = run()
    assert [one["suppressions"] for one in told["results"]] == [
        [],
        [],
        [],
        [{"kind": "inSource", "status": "accepted", "justification": EXCEPTION.reason}],
    ]
    (note,) = told["invocations"][0]["toolExecutionNotifications"]
    assert note["message"]["text"] == "W9202 on C hides nothing any more"


def test_a_fingerprint_outlives_lines_and_tells_findings_apart() -> None:
    prints = [one["partialFingerprints"]["place/v1"] for one in run()["results"]]
    assert len(set(prints)) == len(prints)
    moved = Finding(WRONG.file, 99, 1, WRONG.rule, WRONG.message, WRONG.path)
    document = json.loads(sarif(Report(("x",), (moved,), (), (), ()), {}, Path.cwd()))
    assert document["runs"][0]["results"][0]["partialFingerprints"]["place/v1"] == prints[1]


def test_text_is_grouped_by_file_and_says_where_a_resource_is_made() -> None:
    told = [*findings_of(REPORT, SOURCES), *suppressions_of(REPORT)]
    assert told[0] == "/elsewhere/u.yaml"
    place = told.index("in/t.yaml")
    assert told[place + 1 : place + 4] == [
        "  4:7       E3002 wrong | <b>",
        "            Resources/A/Properties/X",
        "            made at generator/services/x.py:7",
    ]
    assert told[-3:] == [
        "2 exceptions, 1 of them for nothing any more:",
        "  in/t.yaml:3: W9201 on B hides 1 finding: Because `it` | is so.",
        "  in/t.yaml:9: W9202 on C hides nothing any more: no reason given",
    ]
    assert summary(REPORT) == "2 errors, 1 of advice"


def test_markdown_has_tables_that_no_message_can_break() -> None:
    told = markdown(REPORT, SOURCES).splitlines()
    assert told[0] == "**2 templates: 2 errors, 1 of advice**"
    rows = [line for line in told if line.startswith("| in/t.yaml")]
    assert all(row.replace("\\|", "").count("|") == 5 for row in rows), rows
    assert "wrong \\| &lt;b>" in rows[0]
    assert "generator/services/x.py:7" in rows[0]
    assert any("Because \\`it\\` \\| is so." in row for row in rows)
    assert any("nothing any more" in row for row in rows)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    written(tmp_path, "t.json", {"A": excepted(BAD, "E3002"), "B": BAD, "C": excepted(GOOD, "E3002")})
    return tmp_path


@pytest.mark.parametrize("form", ["text", "json", "sarif", "markdown"])
def test_every_format_has_findings_exceptions_and_reasons_and_exits_3(form: str, folder: Path) -> None:
    run = gen("lint", folder, "--format", form)
    assert run.code == 3
    assert "E3002" in run.out
    assert REASON.replace("_", "\\_") in run.out
    assert run.err.startswith("error: 1 finding in 1 template")


def test_json_is_one_document(folder: Path) -> None:
    told = json.loads(gen("lint", folder, "--format", "json").out)
    assert [one["path"] for one in told["findings"]] == ["Resources/B/Properties/Nope"]
    assert [(one["resource"], one["matched"]) for one in told["suppressions"]] == [("A", 1), ("C", 0)]
    assert told["files"] == [(folder / "t.json").as_posix()]


def test_json_lines_are_one_object_each(folder: Path) -> None:
    records = [json.loads(line) for line in gen("lint", folder, "--json").out.splitlines()]
    assert [one["type"] for one in records] == ["finding", "suppression", "suppression", "error"]


def test_a_format_and_json_lines_exclude_each_other(folder: Path) -> None:
    assert gen("lint", folder, "--format", "sarif", "--json").code == 2


@pytest.mark.parametrize("form", ["json", "sarif", "markdown"])
def test_without_findings_every_format_says_so_and_exits_0(form: str, tmp_path: Path) -> None:
    written(tmp_path, "t.json", {"A": GOOD})
    run = gen("lint", tmp_path, "--format", form)
    assert (run.code, run.err) == (0, "cfn-lint: 1 templates, no findings\n")
    if form == "sarif":
        document = json.loads(run.out)
        jsonschema.validate(document, SCHEMA)
        assert document["runs"][0]["results"] == []
