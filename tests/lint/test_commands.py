"""`gen lint`, `gen rules`, and linting as `gen render` does it."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

from generator.lint.catalogue import RULES, catalogue
from tests.lint.support import BAD, GOOD, written
from tests.support import (
    ROOT,
    TEMPLATES,
    TIMEOUT_S,
    Run,
    clean_environment,
    copy_of_project,
    gen,
    gen_process,
)


def test_the_command_lists_findings_and_exits_3(tmp_path: Path) -> None:
    written(tmp_path, "broken.json", {"B": BAD})
    (tmp_path / "notes.txt").write_text("no template")
    run = gen("lint", tmp_path)
    assert run.code == 3
    assert "E3002" in run.out
    assert "1 finding in 1 template: 1 error" in run.err
    assert "fix:" in run.err


@pytest.mark.parametrize("form", ["text", "sarif"])
def test_a_file_nested_too_deeply_is_told_of_as_any_other(form: str, tmp_path: Path) -> None:
    (tmp_path / "deep.json").write_text('{"Resources": {"A": ' + "[" * 5_000 + "]" * 5_000 + "}}")
    for path in (tmp_path, tmp_path / "deep.json"):
        run = gen("lint", path, "--format", form)
        assert run.code == 3
        assert "E0000" in run.out
        assert "Traceback" not in run.err


def test_the_command_is_quiet_about_good_templates(tmp_path: Path) -> None:
    good = written(tmp_path, "good.json", {"A": GOOD})
    run = gen("lint", good)
    assert run == Run(0, "", "cfn-lint: 1 templates, no findings\n")
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


OTHERS = {
    "package.json": '{"name": "x", "resources": {"Resources": 1}}',
    "cdk.json": '{"app": "x"}',
    "openapi.yaml": "openapi: 3.1.0\nx:\n  Resources: 1\n",
    "list.json": '[{"Resources": 1}]',
    "text.yml": "Resources\n",
    "empty.json": "",
    "node_modules/aws/template.json": '{"Resources": {}}',
    ".venv/template.json": '{"Resources": {}}',
}
TEMPLATE_LIKE = {
    "a.json": '{"Resources": {}}',
    "b.YAML": "AWSTemplateFormatVersion: 2010-09-09\n",
    "c.template": '# a comment\n"Resources":\n  A: 1\n',
    "d.json": '{"Description": "cut off", "Resources": {"A":',
    "e/f/g.yml": "\ufeffResources :\n",
}


def test_a_folder_of_other_files_does_not_cry_wolf(tmp_path: Path) -> None:
    written(tmp_path, "t.json", {"A": GOOD})
    for name, text in OTHERS.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    assert gen("lint", tmp_path) == Run(
        0, "", "6 other JSON and YAML files are no templates\ncfn-lint: 1 templates, no findings\n"
    )


def test_what_looks_like_a_template_is_checked(tmp_path: Path) -> None:
    for name, text in TEMPLATE_LIKE.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    found = json.loads(gen("lint", tmp_path, "--format", "json").out)
    assert found["files"] == sorted((tmp_path / name).as_posix() for name in TEMPLATE_LIKE)


def test_a_file_that_is_named_is_always_checked(tmp_path: Path) -> None:
    (tmp_path / "package.json").write_text(OTHERS["package.json"])
    assert gen("lint", tmp_path / "package.json").code == 3


def test_several_paths_are_checked_once_each(tmp_path: Path) -> None:
    file = written(tmp_path, "t.json", {"A": BAD})
    found = json.loads(gen("lint", tmp_path, file, "--format", "json").out)
    assert found["files"] == [file.as_posix()]
    assert len(found["findings"]) == 1


def test_a_finding_in_our_template_names_the_line_that_made_the_resource(tmp_path: Path) -> None:
    file = tmp_path / "us-west-2" / "bootstrap.json"
    template = json.loads((TEMPLATES / "dev" / "us-west-2" / "bootstrap.json").read_text())
    name, bucket = next(
        (name, one) for name, one in template["Resources"].items() if one["Type"] == "AWS::S3::Bucket"
    )
    bucket["Properties"]["Nope"] = 1
    file.parent.mkdir()
    file.write_text(json.dumps(template, indent=2))
    (record,) = [
        one
        for one in map(json.loads, gen("lint", file, "--json").out.splitlines())
        if one.get("rule") == "E3002"
    ]
    place, _, line = record["source"].partition(":")
    assert place == "generator/services/bootstrap.py"
    assert f'"{name}"' in "".join((ROOT / place).read_text().splitlines()[int(line) - 1 : int(line) + 2])
    assert f"made at {record['source']}" in gen("lint", file).out


def test_rendering_refuses_what_lint_finds(tmp_path: Path) -> None:
    root = copy_of_project(tmp_path)
    rules = root / "generator" / "rules" / "template"
    (rules / "every.py").write_text(
        "from generator.rules._rule import Rule\n\n\nclass Every(Rule):\n    id = 'W9999'\n\n"
        "    def check(self, document):\n        for one in document.resources('AWS::S3::Bucket'):\n"
        "            yield one.problem('every bucket')\n"
    )
    run = gen_process(
        "render", "--env", "dev", "--stack", "bootstrap", root=root, environment={"GEN_NO_CACHE": "1"}
    )
    assert run.code == 3, run
    assert "W9999 every bucket" in run.out
    assert "made at generator/services/bootstrap.py" in run.out


def test_a_terminal_shows_how_far_it_is_and_clears_the_line(tmp_path: Path) -> None:
    for number in range(3):
        written(tmp_path, f"{number}.json", {f"A{number}": GOOD})
    ours, theirs = pty.openpty()
    subprocess.run(
        [sys.executable, ROOT / "cli.py", "lint", "--no-cache", str(tmp_path)],
        env=clean_environment(),
        stdout=subprocess.DEVNULL,
        stderr=theirs,
        timeout=TIMEOUT_S,
        check=True,
    )
    os.close(theirs)
    shown = os.read(ours, 10_000).decode()
    os.close(ours)
    assert "cfn-lint: 1 of 3 templates" in shown
    assert shown.endswith("\r\x1b[Kcfn-lint: 3 templates, no findings\r\n")


def test_rules_are_listed_with_level_and_items() -> None:
    run = gen("rules")
    known = catalogue()
    assert run.code == 0
    assert [line.split()[0] for line in run.out.splitlines()] == [rule.id for rule in known]
    assert "error" in next(line for line in run.out.splitlines() if line.startswith("E9001"))
    records = [json.loads(line) for line in gen("rules", "--json").out.splitlines()]
    assert [one["id"] for one in records] == [rule.id for rule in known]


def test_one_rule_is_explained_with_both_examples() -> None:
    run = gen("rules", "e9001")
    assert run.code == 0
    for part in (
        "E9001 Ignored check without a reason (error)",
        "source: https://",
        "bad:",
        "good:",
        "reasons:",
    ):
        assert part in run.out
    record = json.loads(gen("rules", "E9001", "--json").out)
    assert record["bad"] == (RULES / "template" / "E9001.bad.yaml").read_text()


def test_a_rule_that_does_not_exist_has_a_suggestion() -> None:
    run = gen("rules", "E901")
    assert run.code == 2
    assert "rule 'E901' is not ours" in run.err
    assert "did you mean 'E9" in run.err
    assert "did you mean" not in gen("rules", "zzz").err


def test_the_folder_of_rules_is_for_cfn_lint() -> None:
    assert gen("rules", "--path") == Run(0, f"{RULES}\n", "")
    assert gen("rules", "--path", "E9001").code == 2


def test_ids_are_completed() -> None:
    done = subprocess.run(
        [sys.executable, ROOT / "cli.py"],
        env={
            **clean_environment(),
            "_GEN_COMPLETE": "bash_complete",
            "COMP_WORDS": "gen rules e900",
            "COMP_CWORD": "2",
        },
        capture_output=True,
        text=True,
        timeout=TIMEOUT_S,
        check=False,
    )
    assert {line.partition(",")[2] for line in done.stdout.splitlines()} >= {"E9001", "E9002"}


def test_a_rules_texts_are_what_cfn_lint_reads() -> None:
    """Listing does not import the rules; it must say the same as importing them."""
    from cfnlint.rules import Rules

    loaded = Rules.create_from_directory(str(RULES))
    assert {rule.id for rule in catalogue()} == set(loaded.data)
    for rule in catalogue():
        one = loaded[rule.id]
        assert (rule.shortdesc, rule.description, rule.source_url) == (
            one.shortdesc,
            one.description,
            one.source_url,
        )
        assert (rule.tags, rule.items) == (tuple(one.tags), tuple(one.items))
