"""A new service is one short file, a new environment is one short file, and there is no list to edit."""

from __future__ import annotations

import ast
import json
from pathlib import Path

import pytest

from tests.support import ROOT, Run, copy_of_project, gen_process

SYSTEMS = sorted(path.stem for path in (ROOT / "generator" / "services").glob("[!_]*.py"))
NOTES = '''\
"""Notes: a table, and a function that writes to it."""

from generator.components.foundation import foundation
from generator.config import Target, WorkerSettings
from generator.stack import Stack


def build(target: Target) -> Stack:
    """One of each in every region."""
    stack = Stack(target, "notes", description="Notes: a table, and a function that writes to it")
    base = stack.add(foundation(stack.scope))
    notes = stack.add(base.table("NotesTable"))
    stack.add(
        base.function(
            "Writer",
            handler="handlers.notes.writer.handler",
            purpose="Writes notes",
            sizes=target.worker("notes-writer", WorkerSettings(memory_mb=256, timeout_s=30)),
            environment={"TABLE_NAME": notes.physical_name},
            grants=notes.allow("Write", "PutItem"),
        )
    )
    return stack
'''
WRITER = '''\
"""Writes notes."""


def handler(event: dict[str, object], _context: object) -> dict[str, object]:
    """Answers with what it was given."""
    return event
'''
QA = """\
production: false
regions: [eu-central-1]
owner: platform-team
cost_center: CC-1000
allowed_origins: [https://qa.example.com]
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return copy_of_project(tmp_path)


def render(project: Path, *words: str) -> Run:
    return gen_process("render", *words, root=project)


def test_a_service_is_one_file_of_fifteen_lines(project: Path) -> None:
    body = NOTES[NOTES.index("def build") :].splitlines()
    assert len([line for line in body if line.strip() and '"""' not in line]) <= 15
    ast.parse(NOTES)

    (project / "generator" / "services" / "notes.py").write_text(NOTES)
    (project / "handlers" / "notes").mkdir()
    (project / "handlers" / "notes" / "writer.py").write_text(WRITER)

    run = render(project, "--env", "dev", "--no-lint")
    assert run.code == 0, run.words
    linted = gen_process("lint", "templates_out/dev/us-west-2/notes.json", "--json", root=project)
    # It deploys as it is; what production still asks for is said.
    findings = [record for line in linted.out.splitlines() if "rule" in (record := json.loads(line))]
    assert {one["rule"] for one in findings} == {"W9017", "W9629"}
    for region in ("us-west-2", "us-east-1"):
        assert f"written   templates_out/dev/{region}/notes.json" in run.out
        path = project / "templates_out" / "dev" / region / "notes.json"
        template = json.loads(path.read_text(encoding="utf-8"))
        metadata = template["Metadata"]["Gen"]
        assert metadata["StackName"] == f"dev-{region}-notes"
        assert metadata["Inputs"] == {"ArtifactBucket": f"{region}/bootstrap.ArtifactBucketName"}
        types = [one["Type"] for one in template["Resources"].values()]
        assert types.count("AWS::Lambda::Function") == types.count("AWS::DynamoDB::Table") == 1

    assert render(project, "--env", "dev", "--check", "--no-lint").code == 0

    (project / "generator" / "services" / "notes.py").unlink()
    run = render(project, "--env", "dev", "--no-lint")
    assert run.out.count("removed ") == 2


def test_an_environment_is_one_file_of_five_lines(project: Path) -> None:
    (project / "generator" / "environments" / "qa.yml").write_text(QA)
    run = render(project, "--env", "qa")
    assert run.code == 0, run.words
    assert f"cfn-lint: {len(SYSTEMS)} templates, no findings" in run.err
    written = sorted(path.name for path in (project / "templates_out" / "qa" / "eu-central-1").iterdir())
    assert written == [f"{name}.json" for name in SYSTEMS]
    assert render(project, "--env", "qa", "--check", "--no-lint").code == 0


def test_a_size_of_the_new_function_stands_in_the_environment(project: Path) -> None:
    (project / "generator" / "services" / "notes.py").write_text(NOTES)
    sized = QA + "workers:\n  notes-writer: {memory_mb: 1024, timeout_s: 60}\n"
    (project / "generator" / "environments" / "qa.yml").write_text(sized)
    run = render(project, "--env", "qa", "--no-lint")
    assert run.code == 0, run.words
    template = json.loads((project / "templates_out/qa/eu-central-1/notes.json").read_text(encoding="utf-8"))
    function = template["Resources"]["WriterFunction"]["Properties"]
    assert (function["MemorySize"], function["Timeout"]) == (1024, 60)


def test_the_readme_shows_this_very_service() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert f"```python\n{NOTES}```" in readme
